"""What quality is and how it is measured, as SQL that runs where the data is: pure, no I/O."""
