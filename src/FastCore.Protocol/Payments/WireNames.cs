using System.Globalization;

namespace FastCore.Protocol.Payments;

/// <summary>
/// Names on the wire side: snake_case, made from the enum itself, so that code, command line and documents cannot
/// disagree. The tables are built once.
/// </summary>
/// <typeparam name="TEnum">An enum of this namespace.</typeparam>
public static class WireNames<TEnum>
    where TEnum : struct, Enum
{
    private static readonly Dictionary<TEnum, string> Names = Enum.GetValues<TEnum>().Distinct()
        .ToDictionary(value => value, value => SnakeCase.Of(value.ToString()));

    private static readonly Dictionary<string, TEnum> Values = Names
        .ToDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>All names, in the order of their values.</summary>
    public static IEnumerable<string> All => Enum.GetValues<TEnum>().Select(NameOf);

    /// <summary>The name of a value; a value without a name is written as its number.</summary>
    public static string NameOf(TEnum value) => Names.TryGetValue(value, out string? name)
        ? name
        : Convert.ToUInt64(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);

    /// <summary>The value of a name.</summary>
    public static bool TryParse(string name, out TEnum value) => Values.TryGetValue(name, out value);
}
