namespace FastCore.Bench.Load.Callers;

/// <summary>Accounts whose sum never changes.</summary>
internal sealed class CallerAccounts
{
    /// <summary>Accounts.</summary>
    public const int Count = 10_000;

    private readonly long[] _balances = new long[Count];

    /// <summary>Moves an amount. Whoever calls this owns both accounts.</summary>
    public void Transfer(in CallerRequest request)
    {
        _balances[request.Debit] -= request.Amount;
        _balances[request.Credit] += request.Amount;
    }

    /// <summary>What they hold together: 0, or something was lost.</summary>
    public long Sum() => _balances.Sum();

    /// <summary>The balances, for a comparison.</summary>
    public ReadOnlySpan<long> Balances => _balances;
}
