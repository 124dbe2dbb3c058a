SELECT min(first_day), max(last_day), coalesce(sum(CASE WHEN month IS NULL THEN lines ELSE 0 END), 0)
FROM "cell" c
