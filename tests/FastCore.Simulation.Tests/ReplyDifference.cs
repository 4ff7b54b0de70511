using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Simulation.Domains;

namespace FastCore.Simulation.Tests.Ledger;

/// <summary>Says where a reply is not what the model answers.</summary>
internal static class ReplyDifference
{
    /// <returns>Null when both are the same to the byte.</returns>
    public static string? Find(SimulatedRequest request, byte[] expected, ReadOnlySpan<byte> actual)
    {
        if (actual.SequenceEqual(expected))
        {
            return null;
        }

        OperationShape shape = OperationTable.Find(request.Operation)!;
        int index = actual.CommonPrefixLength(expected) / shape.ResultSize;
        return $"{shape.Name} of book {MemoryMarshal.Read<BookPrefix>(request.Body).Book}: "
            + $"{actual.Length / shape.ResultSize} results instead of {expected.Length / shape.ResultSize}, "
            + $"first difference at {index}.\nExpected {Result(shape, expected, index)}\n"
            + $"Actual   {Result(shape, actual, index)}\nRequest  {Element(request, shape, index)}";
    }

    private static string Result(OperationShape shape, ReadOnlySpan<byte> reply, int index)
    {
        if (reply.Length < (index + 1) * shape.ResultSize)
        {
            return "nothing";
        }

        ReadOnlySpan<byte> bytes = reply.Slice(index * shape.ResultSize, shape.ResultSize);
        return shape.Operation switch
        {
            Operation.CreateAccounts or Operation.SetupAccounts => Text(MemoryMarshal.Read<CreateAccountResult>(bytes)),
            Operation.CreateTransfers => Text(MemoryMarshal.Read<CreateTransferResult>(bytes)),
            Operation.LookupAccounts or Operation.QueryAccounts => Text(MemoryMarshal.Read<Account>(bytes)),
            Operation.GetAccountBalances => Text(MemoryMarshal.Read<AccountBalance>(bytes)),
            Operation.GetBookTotals => Text(MemoryMarshal.Read<BookTotals>(bytes)),
            Operation.SumTransfers or Operation.SumAccountTransfers => Text(MemoryMarshal.Read<TransferSum>(bytes)),
            _ => Text(MemoryMarshal.Read<Transfer>(bytes)),
        };
    }

    private static string Element(SimulatedRequest request, OperationShape shape, int index)
    {
        // A query has one element, a write one for each result.
        int offset = shape.PrefixSize + (shape.Kind == OperationKind.Query ? 0 : index * shape.ElementSize);
        if (offset + shape.ElementSize > request.Body.Length)
        {
            return "nothing";
        }

        ReadOnlySpan<byte> bytes = request.Body.AsSpan(offset);
        return request.Operation switch
        {
            Operation.CreateAccounts or Operation.SetupAccounts => Text(MemoryMarshal.Read<Account>(bytes)),
            Operation.CreateTransfers => Text(MemoryMarshal.Read<Transfer>(bytes)),
            Operation.GetAccountTransfers or Operation.GetAccountBalances or Operation.SumAccountTransfers =>
                Text(MemoryMarshal.Read<AccountFilter>(bytes)),
            Operation.QueryAccounts or Operation.QueryTransfers or Operation.SumTransfers =>
                Text(MemoryMarshal.Read<QueryFilter>(bytes)),
            _ => Convert.ToHexString(bytes[..shape.ElementSize]),
        };
    }

    // All fields that are not zero.
    private static string Text<T>(T row)
        where T : unmanaged => string.Join(
            ", ",
            typeof(T).GetFields().Where(field => !field.IsStatic)
                .Select(field => (field.Name, Value: field.GetValue(row)!.ToString()))
                .Where(field => field.Value is not ("0" or "None"))
                .Select(field => $"{field.Name} {field.Value}"));
}
