"""From a photograph to a face template: find, align, embed, judge."""
