"""What is made from the one home of each thing: schemas, reference pages, scaffolds."""
