namespace FastCore.Fraud.Rules.Program;

/// <summary>
/// Where a key lies among the keys of a transaction. A BIN lies there three times, with 6, 7 and 8 digits, because one
/// of fewer digits is a prefix: it means all that begin with it.
/// </summary>
internal static class KeySlots
{
    public const int Count = 8;

    private const int Bin = 4;
    private const int Currency = 7;

    public static int Of(RuleKey key) => key == RuleKey.Currency ? Currency : (int)key;

    /// <summary>The slot with which a value of a key is compared.</summary>
    public static int Of(RuleKey key, UInt128 value) =>
        key != RuleKey.Bin ? Of(key) : value < 1_000_000 ? Bin : value < 10_000_000 ? Bin + 1 : Bin + 2;

    public static void Load(in RuleTransaction transaction, Span<UInt128> keys)
    {
        keys[(int)RuleKey.Card] = transaction.Card;
        keys[(int)RuleKey.Merchant] = transaction.Merchant;
        keys[(int)RuleKey.Terminal] = transaction.Terminal;
        keys[(int)RuleKey.Device] = transaction.Device;
        keys[Currency] = transaction.Currency;
        LoadBin(transaction.Bin, keys);
    }

    private static void LoadBin(uint bin, Span<UInt128> keys)
    {
        uint digits = bin switch { < 100_000 or > 99_999_999 => 0, < 1_000_000 => 6, < 10_000_000 => 7, _ => 8 };
        uint seven = digits < 7 ? 0 : digits == 7 ? bin : bin / 10;
        uint six = digits == 6 ? bin : seven / 10;
        keys[Bin] = six;
        keys[Bin + 1] = seven;
        keys[Bin + 2] = digits == 8 ? bin : 0;
    }
}
