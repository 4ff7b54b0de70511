using System.Globalization;

namespace FastCore.Protocol;

/// <summary>The members of an enum by their snake_case names, both ways. Built once per enum.</summary>
/// <typeparam name="TEnum">The enum.</typeparam>
public sealed class SnakeCaseNames<TEnum>
    where TEnum : struct, Enum
{
    private readonly Dictionary<TEnum, string> _names = [];
    private readonly Dictionary<string, TEnum> _values = new(StringComparer.Ordinal);

    /// <summary>Reads the members of the enum.</summary>
    public SnakeCaseNames()
    {
        foreach (TEnum value in Enum.GetValues<TEnum>())
        {
            string name = SnakeCase.Of(value.ToString());
            _names[value] = name;
            _values[name] = value;
        }
    }

    /// <summary>The members, in the order of their numbers.</summary>
    public IReadOnlyCollection<TEnum> Members => _names.Keys;

    /// <summary>The name of a member; the number of a value that is none.</summary>
    public string NameOf(TEnum value) =>
        _names.TryGetValue(value, out string? name)
            ? name
            : Convert.ToUInt64(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);

    /// <summary>The member of a name.</summary>
    public bool TryParse(string name, out TEnum value) => _values.TryGetValue(name, out value);
}
