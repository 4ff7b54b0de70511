namespace FastCore.Protocol.Ledger;

/// <summary>Rules of an account.</summary>
[Flags]
public enum AccountFlags : ushort
{
    /// <summary>No rule.</summary>
    None = 0,

    /// <summary>Succeeds or fails together with the next event of the request.</summary>
    Linked = 1 << 0,

    /// <summary>Pending and posted debits together never exceed the posted credits.</summary>
    DebitsMustNotExceedCredits = 1 << 1,

    /// <summary>Pending and posted credits together never exceed the posted debits.</summary>
    CreditsMustNotExceedDebits = 1 << 2,

    /// <summary>The balances after each transfer are kept and can be queried.</summary>
    History = 1 << 3,

    /// <summary>The timestamp is the caller's, in the past.</summary>
    Imported = 1 << 4,

    /// <summary>Refuses every transfer but the void of a pending one.</summary>
    Closed = 1 << 5,
}
