using System.Globalization;
using System.Text;

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
            string name = ToSnakeCase(value.ToString());
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

    private static string ToSnakeCase(string pascal)
    {
        StringBuilder name = new(pascal.Length + 8);
        for (int i = 0; i < pascal.Length; i++)
        {
            char c = pascal[i];
            bool starts = char.IsUpper(c) || (char.IsDigit(c) && !char.IsDigit(pascal[i - 1]));
            if (starts && i != 0)
            {
                name.Append('_');
            }

            name.Append(char.ToLowerInvariant(c));
        }

        return name.ToString();
    }
}
