using System.Globalization;
using FastCore.Protocol.MessagePack;

namespace FastCore.Cli.Wire;

/// <summary>
/// Wire structs as MessagePack maps, with the names and values of <see cref="WireJson"/>; only that numbers are numbers
/// up to 64 bits, since no reader of MessagePack rounds them.
/// </summary>
internal static class WireMessagePack
{
    /// <summary>Writes all fields of a struct; reserved ones only when they are not zero.</summary>
    /// <returns>False when the room is too small.</returns>
    public static bool TryWrite(ref MessagePackWriter writer, WireStruct type, scoped ReadOnlySpan<byte> bytes)
    {
        uint shown = 0;
        foreach (WireField field in type.Fields)
        {
            shown += IsShown(field, bytes) ? 1u : 0;
        }

        bool fits = writer.TryWriteMapHeader(shown);
        foreach (WireField field in type.Fields)
        {
            fits = fits && (!IsShown(field, bytes)
                || (writer.TryWriteText(field.Name) && TryWriteValue(ref writer, field, bytes)));
        }

        return fits;
    }

    private static bool IsShown(WireField field, scoped ReadOnlySpan<byte> bytes) =>
        !field.IsReserved || field.Number(bytes) != 0;

    private static bool TryWriteValue(
        ref MessagePackWriter writer, WireField field, scoped ReadOnlySpan<byte> bytes) =>
        field.Kind switch
        {
            WireKind.Unsigned => TryWriteNumber(ref writer, field.Number(bytes)),
            WireKind.Signed => TryWriteNumber(ref writer, field.SignedNumber(bytes)),
            WireKind.Float => float.IsNaN(field.Single(bytes))
                ? writer.TryWriteNil()
                : writer.TryWriteFloat32(field.Single(bytes)),
            WireKind.Text => writer.TryWriteText(field.TextOf(bytes)),
            WireKind.Hex => writer.TryWriteText(field.HexOf(bytes)),
            WireKind.Numbers => writer.TryWriteText(string.Join('|', field.NumbersOf(bytes))),
            _ => writer.TryWriteText(field.NameOf(bytes)),
        };

    private static bool TryWriteNumber(ref MessagePackWriter writer, UInt128 number) =>
        number <= ulong.MaxValue
            ? writer.TryWriteUInt64((ulong)number)
            : writer.TryWriteText(number.ToString(CultureInfo.InvariantCulture));

    private static bool TryWriteNumber(ref MessagePackWriter writer, Int128 number) =>
        number >= long.MinValue && number <= long.MaxValue
            ? writer.TryWriteInt64((long)number)
            : writer.TryWriteText(number.ToString(CultureInfo.InvariantCulture));
}
