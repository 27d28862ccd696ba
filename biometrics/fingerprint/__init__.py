"""From the image of one finger to a template: minutiae and the cylinders around them."""
