using System.Globalization;
using System.Text;
using FastCore.Protocol;

namespace FastCore.Bench.Load.Codecs;

/// <summary>The names that merchants have outside, both ways.</summary>
/// <param name="interner">Finds the string of a name that came before; null = each name becomes a new string.</param>
internal sealed class MerchantNames(Interner? interner)
{
    private readonly Dictionary<ulong, string> _names = [];
    private readonly Dictionary<string, ulong> _numbers = new(StringComparer.Ordinal);

    /// <summary>A merchant's name.</summary>
    public string NameOf(ulong merchant)
    {
        if (!_names.TryGetValue(merchant, out string? name))
        {
            name = string.Create(CultureInfo.InvariantCulture, $"merchant {merchant}");
            _names.Add(merchant, name);
            _numbers.Add(name, merchant);
        }

        return name;
    }

    /// <summary>The string of a name that came in.</summary>
    public string TextOf(ReadOnlySpan<byte> utf8) => interner?.Intern(utf8) ?? Encoding.UTF8.GetString(utf8);

    /// <summary>The merchant of a name.</summary>
    /// <exception cref="LoadException">Nobody has it.</exception>
    public ulong NumberOf(string name) => _numbers.TryGetValue(name, out ulong merchant)
        ? merchant
        : throw new LoadException($"There is no merchant '{name}'.");
}
