using FastCore.Protocol;

namespace FastCore.Simulation.Checks;

// Says where two answers differ, in words that help to find out why.
internal static class Difference
{
    public static string Of(CallPart part, ReadOnlySpan<byte> answer, ReadOnlySpan<byte> expected)
    {
        int at = answer.CommonPrefixLength(expected);
        OperationShape shape = part.Call.Shape;
        int result = at / shape.ResultSize;
        string text = $"{part} was answered {answer.Length} bytes and must be answered {expected.Length}; from result "
            + $"{result} on, byte {at % shape.ResultSize}, {Slice(answer, result, shape.ResultSize)} must be "
            + Slice(expected, result, shape.ResultSize);
        return shape.Kind is OperationKind.Query
            ? $"{text}, for {Convert.ToHexString(part.Body)}"
            : $"{text}, for {Slice(part.Body.AsSpan(shape.PrefixSize), result, shape.ElementSize)}";
    }

    private static string Slice(ReadOnlySpan<byte> bytes, int index, int size)
    {
        int start = Math.Min(bytes.Length, index * size);
        return Convert.ToHexString(bytes[start..Math.Min(bytes.Length, start + size)]);
    }
}
