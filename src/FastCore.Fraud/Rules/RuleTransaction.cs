namespace FastCore.Fraud.Rules;

/// <summary>What rules read of a transaction besides its features.</summary>
public struct RuleTransaction
{
    /// <summary>The card; 0 = not known.</summary>
    public UInt128 Card;

    /// <summary>The merchant; 0 = not known.</summary>
    public UInt128 Merchant;

    /// <summary>The terminal; 0 = not known.</summary>
    public UInt128 Terminal;

    /// <summary>The device; 0 = not known.</summary>
    public UInt128 Device;

    /// <summary>When it happens, in Unix nanoseconds: the journaled time by which entries of lists expire.</summary>
    public ulong TimeNs;

    /// <summary>Amount in minor units of the currency.</summary>
    public long Amount;

    /// <summary>What the model says, 0 to 1; NaN when no model ran.</summary>
    public double Score;

    /// <summary>The currency's number; 0 = not known.</summary>
    public uint Currency;

    /// <summary>The first 6 to 8 digits of the card's number; anything else = not known.</summary>
    public uint Bin;
}
