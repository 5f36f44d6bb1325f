-- A table of 100,000 rows and one that refers to it: inserts, an index, grouping, a join, an update.
CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, town INTEGER, age INTEGER);
CREATE TABLE purchase (person INTEGER, price INTEGER, item TEXT);
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
  INSERT INTO person SELECT i, 'person ' || (i * 7919 % 100003), i * 31 % 500, 18 + i * 17 % 70 FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
  INSERT INTO purchase SELECT 1 + i * 48271 % 100000, i * 37 % 1000, 'item ' || (i % 97) FROM n;
COMMIT;
CREATE INDEX person_town ON person (town);
SELECT town, count(*), avg(age), max(name) FROM person WHERE town < 20 GROUP BY town ORDER BY 3 DESC, 1 LIMIT 10;
SELECT item, count(*), sum(price) FROM purchase JOIN person ON person.id = purchase.person
  WHERE age > 40 GROUP BY item ORDER BY 3 DESC LIMIT 10;
UPDATE person SET age = age + 1 WHERE id IN (SELECT person FROM purchase WHERE price > 900);
SELECT sum(age), count(DISTINCT town), count(*) FROM person;
