using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace FastCore.Protocol;

/// <summary>The texts in fields of structs: UTF-8 with zeros behind it.</summary>
public static class FieldText
{
    /// <summary>Text up to the first zero byte.</summary>
    public static string Of(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    /// <summary>Puts text into a field.</summary>
    /// <returns>False when it was cut, between two characters, since the field is too small.</returns>
    public static bool TryPut(Span<byte> field, string text)
    {
        OperationStatus status = Utf8.FromUtf16(text, field, out _, out int written);
        field[written..].Clear();
        return status == OperationStatus.Done;
    }
}
