-- When a key was taken out of the ring for good; none if it is still needed.
ALTER TABLE key_checks ADD COLUMN retired_at TIMESTAMP;
