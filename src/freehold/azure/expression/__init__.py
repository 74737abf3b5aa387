"""The expression language of Azure templates (`[concat('a', parameters('b'))]`), read once and run within bounds."""
