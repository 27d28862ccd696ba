"""From a video to the faces in it: frames sampled, faces found and followed, each one's views fused."""
