using System.Text.Unicode;

namespace FastCore.Node.Fraud;

/// <summary>Writes names into the fields that tell them.</summary>
internal static class FraudNames
{
    /// <summary>Writes as many whole characters as there is room for; the field was zero.</summary>
    public static void Write(string name, Span<byte> field) => _ = Utf8.FromUtf16(name, field, out _, out _);
}
