SELECT a.client_id, d.document_hi, d.document_lo, d.amount
FROM (
  SELECT coalesce(i.parent, l.account) AS party, l.document_hi, l.document_lo, CAST(sum(CAST(l.amount AS DECIMAL(38, 0))) AS BIGINT) AS amount
  FROM "lake"."odd""name"."line" l
  LEFT JOIN "lake"."odd""name"."identity" i ON i.account = l.account
  WHERE l.account IS NOT NULL AND l.day >= 19763 AND l.day < 19844 AND l.amount > 0
  GROUP BY coalesce(i.parent, l.account), l.document_hi, l.document_lo
) d
JOIN "lake"."odd""name"."account" a ON a.account = d.party
