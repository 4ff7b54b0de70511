namespace FastCore.Fraud.Features;

/// <summary>What the features read of a transaction.</summary>
public struct FeatureTransaction
{
    /// <summary>The card.</summary>
    public UInt128 Card;

    /// <summary>The terminal.</summary>
    public UInt128 Terminal;

    /// <summary>The merchant.</summary>
    public UInt128 Merchant;

    /// <summary>When it happens, in Unix nanoseconds.</summary>
    public ulong TimeNs;

    /// <summary>Amount in hundredths of the currency unit.</summary>
    public long Amount;

    /// <summary>Where it happens; <see cref="FeaturePlace.Unknown"/> when nobody knows.</summary>
    public FeaturePlace Place;

    /// <summary>The counterparty of a kind, for distinct counts.</summary>
    internal readonly UInt128 KeyOf(FeatureKey key) => key switch
    {
        FeatureKey.Card => Card,
        FeatureKey.Terminal => Terminal,
        FeatureKey.Merchant => Merchant,
        _ => default,
    };
}
