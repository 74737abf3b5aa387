"""The names of people and the words of addresses: lists, with where each comes from, and what is judged by them."""
