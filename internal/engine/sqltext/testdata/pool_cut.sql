SELECT coalesce(sum(CAST(CASE WHEN inside = 1 AND account IS NOT NULL THEN lines_pos ELSE 0 END AS DECIMAL(38, 0))), 0),
  coalesce(sum(CAST(CASE WHEN inside = 1 AND account IS NOT NULL THEN amount_pos ELSE 0 END AS DECIMAL(38, 0))), 0),
  coalesce(sum(CAST(CASE WHEN inside = 1 AND account IS NULL THEN lines_pos ELSE 0 END AS DECIMAL(38, 0))), 0),
  coalesce(sum(CAST(CASE WHEN inside = 1 AND account IS NULL THEN amount_pos ELSE 0 END AS DECIMAL(38, 0))), 0),
  coalesce(sum(CAST(CASE WHEN inside = 0 THEN lines ELSE 0 END AS DECIMAL(38, 0))), 0),
  coalesce(sum(CAST(CASE WHEN inside = 0 THEN amount ELSE 0 END AS DECIMAL(38, 0))), 0),
  coalesce(sum(CAST(CASE WHEN inside = 1 THEN lines - lines_pos ELSE 0 END AS DECIMAL(38, 0))), 0),
  coalesce(sum(CAST(CASE WHEN inside = 1 THEN amount ELSE 0 END AS DECIMAL(38, 0))), 0),
  coalesce(sum(CAST(CASE WHEN inside = 1 THEN lines_pos ELSE 0 END AS DECIMAL(38, 0))), 0),
  coalesce(sum(CAST(CASE WHEN inside = 1 THEN amount_pos ELSE 0 END AS DECIMAL(38, 0))), 0)
FROM (
  SELECT account, lines, amount, lines_pos, amount_pos, CASE WHEN day >= 19763 AND day < 19844 THEN 1 ELSE 0 END AS inside
  FROM (
    SELECT account, month AS day, amount, lines, amount_pos, lines_pos
    FROM "lake"."odd""name"."cell" c
    WHERE (month IS NULL OR (month <> 19389 AND month <> 19754))
    UNION ALL
    SELECT account, day, amount, 1, CASE WHEN amount > 0 THEN amount ELSE 0 END, CASE WHEN amount > 0 THEN 1 ELSE 0 END
    FROM "lake"."odd""name"."line" l
    WHERE ((day >= 19389 AND day < 19417) OR (day >= 19754 AND day < 19783))
  ) facts
) f
