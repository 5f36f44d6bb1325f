"""What Python programs do: calls, lists, dictionaries, strings, objects, sorting, exceptions, generators."""

from collections import Counter, defaultdict


def queens(size, row=0, columns=0, left=0, right=0):
    if row == size:
        return 1
    count = 0
    free = ~(columns | left | right) & ((1 << size) - 1)
    while free:
        bit = free & -free
        free ^= bit
        count += queens(size, row + 1, columns | bit, (left | bit) << 1, (right | bit) >> 1)
    return count


def numbers(count, seed=1):
    for _ in range(count):
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        yield seed >> 8


class Account:
    def __init__(self, name):
        self.name = name
        self.balance = 0
        self.history = []

    def transfer(self, other, amount):
        if amount > self.balance + 1000:
            raise ValueError(f"{self.name} has only {self.balance}")
        self.balance -= amount
        other.balance += amount
        self.history.append((other.name, amount))


def bank(accounts, transfers):
    people = [Account(f"account {number}") for number in range(accounts)]
    refused = 0
    values = numbers(3 * transfers)
    for one, two, amount in zip(values, values, values):
        try:
            people[one % accounts].transfer(people[two % accounts], amount % 500)
        except ValueError:
            refused += 1
    people.sort(key=lambda account: (-account.balance, account.name))
    return refused, [(account.name, account.balance, len(account.history)) for account in people[:5]]


def words(lines):
    vocabulary = [f"w{value % 997}" for value in numbers(3000, 7)]
    text = "\n".join(" ".join(vocabulary[(line * 7 + word) % 3000] for word in range(12)) for line in range(lines))
    count = Counter(text.split())
    lengths = defaultdict(list)
    for line in text.splitlines():
        lengths[len(line)].append(line.upper().replace("W1", "x")[:10])
    return count.most_common(5), sorted((length, len(lines), max(lines)) for length, lines in lengths.items())[:5]


def matrix(size):
    a = [[(row * column) % 7 for column in range(size)] for row in range(size)]
    return sum(sum(x * y for x, y in zip(row, column)) for row in a for column in zip(*a))


for result in (queens(8), bank(200, 40000), words(6000), matrix(60)):
    print(result)
