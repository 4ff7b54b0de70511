using FastCore.Bench.Load;

namespace FastCore.Cli.Cards;

/// <summary>
/// Customers pay at terminals near them, day after day, and three kinds of fraud happen: large amounts (1), compromised
/// terminals (2) and compromised customers (3). The same settings give the same transactions on every machine.
/// </summary>
internal sealed class CardSimulation
{
    private const double MapSize = 100;
    private const int SecondsPerDay = 86_400;
    private const double TimeDeviationSeconds = 20_000;
    private const ulong LargeAmountMinor = 22_000;
    private const int TerminalCompromiseDays = 28;
    private const int CustomerCompromiseDays = 14;

    private readonly CardSettings _settings;
    private readonly SeededRandom _random;
    private readonly Customer[] _customers;
    private readonly int[] _terminalCompromisedUntilDay;
    private readonly int[] _customerCompromisedUntilDay;
    private readonly List<CardTransaction> _day = [];
    private ulong _nextTransactionId;
    private int _dayNumber;

    private sealed record Customer(double MeanAmount, double NoneToday, int[] Terminals);

    /// <summary>Lays out the map.</summary>
    public CardSimulation(CardSettings settings)
    {
        _settings = settings;
        _random = new SeededRandom(settings.Seed);
        _terminalCompromisedUntilDay = new int[settings.Terminals];
        _customerCompromisedUntilDay = new int[settings.Customers];
        (double X, double Y)[] terminals = new (double, double)[settings.Terminals];
        for (int i = 0; i < terminals.Length; i++)
        {
            terminals[i] = (_random.Uniform() * MapSize, _random.Uniform() * MapSize);
        }

        TerminalMap map = new(terminals, settings.Radius, MapSize);
        _customers = new Customer[settings.Customers];
        for (int i = 0; i < _customers.Length; i++)
        {
            double x = _random.Uniform() * MapSize;
            double y = _random.Uniform() * MapSize;
            double meanAmount = 5 + (_random.Uniform() * 95);
            double perDay = _random.Uniform() * 4;
            _customers[i] = new Customer(meanAmount, SeededRandom.ExponentialOfMinus(perDay), map.Near(x, y));
        }
    }

    /// <summary>
    /// The next day's transactions in time order, or false after the last day. Valid until the next call.
    /// </summary>
    public bool TryNextDay(out IReadOnlyList<CardTransaction> transactions)
    {
        transactions = _day;
        if (_dayNumber == _settings.Days)
        {
            return false;
        }

        _day.Clear();
        Compromise(_terminalCompromisedUntilDay, _settings.TerminalsCompromisedPerDay, TerminalCompromiseDays);
        Compromise(_customerCompromisedUntilDay, _settings.CustomersCompromisedPerDay, CustomerCompromiseDays);
        for (int customer = 0; customer < _customers.Length; customer++)
        {
            AddDayOf(customer);
        }

        SortAndNumber();
        _dayNumber++;
        return true;
    }

    private void AddDayOf(int index)
    {
        Customer customer = _customers[index];
        int count = _random.Poisson(customer.NoneToday);
        for (int i = 0; i < count; i++)
        {
            double second = _random.Normal(SecondsPerDay / 2.0, TimeDeviationSeconds);
            if (second <= 0 || second >= SecondsPerDay)
            {
                continue;
            }

            double amount = _random.Normal(customer.MeanAmount, customer.MeanAmount / 2);
            if (amount < 0)
            {
                amount = _random.Uniform() * 2 * customer.MeanAmount;
            }

            // Somebody who reaches no terminal does not pay; on a full map nobody is that far away.
            if (customer.Terminals.Length > 0)
            {
                int terminal = customer.Terminals[_random.Below((ulong)customer.Terminals.Length)];
                _day.Add(Label(index, terminal, (ulong)second, (ulong)Math.Round(amount * 100)));
            }
        }
    }

    private CardTransaction Label(int customer, int terminal, ulong second, ulong amountMinor)
    {
        byte scenario = amountMinor > LargeAmountMinor ? (byte)1 : (byte)0;
        if (_terminalCompromisedUntilDay[terminal] > _dayNumber)
        {
            scenario = 2;
        }

        if (_customerCompromisedUntilDay[customer] > _dayNumber && _random.Below(3) == 0)
        {
            scenario = 3;
            amountMinor *= 5;
        }

        ulong seconds = _settings.StartSeconds + ((ulong)_dayNumber * SecondsPerDay) + second;
        return new CardTransaction(
            0, seconds, (ulong)customer, (ulong)terminal, amountMinor, scenario != 0, scenario);
    }

    private void SortAndNumber()
    {
        // A stable order, so that transactions of the same second stay in the order in which they were drawn.
        CardTransaction[] sorted = [.. _day.OrderBy(transaction => transaction.Seconds)];
        for (int i = 0; i < sorted.Length; i++)
        {
            _day[i] = sorted[i] with { TransactionId = _nextTransactionId++ };
        }
    }

    // The average need not be whole: on a small map less than one terminal a day may be compromised.
    private void Compromise(int[] untilDay, double perDay, int days)
    {
        int count = (int)perDay;
        if (_random.Uniform() < perDay - count)
        {
            count++;
        }

        for (int i = 0; i < count; i++)
        {
            untilDay[_random.Below((ulong)untilDay.Length)] = _dayNumber + days;
        }
    }
}
