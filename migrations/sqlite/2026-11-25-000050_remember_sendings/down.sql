DROP TABLE sendings;
