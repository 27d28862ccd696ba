"""Takes slaps apart: which fingers an image of several shows, where each lies, and of which hand they are."""
