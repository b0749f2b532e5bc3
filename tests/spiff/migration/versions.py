"""Processes that tests move from and to."""

FORM = ("start s", "s -> a", "user a", "a -> e", "end e")
LONGER = ("start s", "s -> a", "user a", "a -> t", "script t n = 1", "t -> b", "user b", "b -> e", "end e")
JOIN = ("start s", "s -> a", "s -> b", "user a", "user b", "a -> j", "b -> j", "and j", "j -> u", "user u")
