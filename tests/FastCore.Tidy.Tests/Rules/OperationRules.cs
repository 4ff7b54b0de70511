using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Testing;

namespace FastCore.Tidy.Tests.Rules;

/// <summary>Rules about the table of operations: it agrees with the structs, the limits and the enum.</summary>
internal static class OperationRules
{
    public static IEnumerable<string> Check(IReadOnlyList<OperationShape> shapes)
    {
        IEnumerable<Operation> expected = Enum.GetValues<Operation>().Except([Operation.None, Operation.Hello]);
        foreach (Operation missing in expected.Except(shapes.Select(shape => shape.Operation)))
        {
            yield return $"{missing} has no shape";
        }

        foreach ((string name, int count) in shapes.CountBy(shape => shape.Name).Where(named => named.Value > 1))
        {
            yield return $"{name} is there {count} times";
        }

        foreach (string broken in shapes.SelectMany(CheckShape))
        {
            yield return broken;
        }
    }

    private static IEnumerable<string> CheckShape(OperationShape shape)
    {
        // A ping has bytes and no result.
        (Type? element, Type? result) = shape.Operation == Operation.Ping
            ? (typeof(byte), null)
            : WireStructs.Bodies.GetValueOrDefault(shape.Operation);
        string snake = string.Concat(shape.Operation.ToString().Select((c, i) =>
            char.IsUpper(c) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(c) : c.ToString()));
        (bool Holds, string What)[] rules =
        [
            (shape.Name == snake, $"its name should be {snake}"),
            (shape.ElementSize == Size(element), $"an element has {Size(element)} bytes"),
            (shape.ResultSize == Size(result), $"a result has {Size(result)} bytes"),
            (shape.PrefixSize is 0 or BookPrefix.Size, "the prefix is a BookPrefix or nothing"),
            (shape.ElementsMax is >= 0 and <= Limits.ElementsPerRequestMax, "too many elements"),
            (Math.Max(shape.ElementSize, shape.ResultSize) <= ElementSizeMax(shape), "an element is too large"),
            (shape.PrefixSize + ((long)shape.ElementSize * shape.ElementsMax) <= Limits.RequestBodySizeMax,
                "a full request is larger than its limit"),
            ((long)shape.ResultSize * Results(shape) <= Limits.ReplyBodySizeMax,
                "a full reply is larger than its limit"),
            (IsKey(shape, element), "there is no u64 at the key's offset"),
        ];
        return rules.Where(rule => !rule.Holds).Select(rule => $"{shape.Name}: {rule.What}");
    }

    // What only a node sends itself may be larger: it never is a frame.
    private static int ElementSizeMax(OperationShape shape) =>
        shape.Kind == OperationKind.Internal ? 2 * Limits.ElementSizeMax : Limits.ElementSizeMax;

    // A query answers up to as many results as a request may have elements.
    private static int Results(OperationShape shape) =>
        shape.Kind == OperationKind.Query ? Limits.ElementsPerRequestMax : shape.ElementsMax;

    private static int Size(Type? type) => type is null ? 0 : WireStructs.SizeOf(type);

    private static bool IsKey(OperationShape shape, Type? element)
    {
        if (shape.Kind == OperationKind.Session || shape.IsForAll)
        {
            return true;
        }

        Type? owner = shape.PrefixSize != 0 ? typeof(BookPrefix) : element;
        return owner is not null && owner.GetFields().Any(field =>
            !field.IsStatic
            && (field.FieldType == typeof(ulong)
                ? (int)System.Runtime.InteropServices.Marshal.OffsetOf(owner, field.Name) == shape.KeyOffset
                : field.Name is nameof(ObservedTransaction.Transaction) or nameof(ObservedPayment.Payment)
                    && IsKey(shape, field.FieldType)));
    }
}
