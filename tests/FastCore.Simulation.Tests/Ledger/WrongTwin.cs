using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Simulation.Domains;

namespace FastCore.Simulation.Tests.Ledger;

/// <summary>A ledger with one mistake.</summary>
public enum Mistake
{
    /// <summary>Expires pending transfers a microsecond late.</summary>
    ExpiresLate,

    /// <summary>Forgets the ids that a transient failure used up.</summary>
    ForgetsFailedIds,

    /// <summary>Leaves out a result of a query with several conditions.</summary>
    LosesResultOfTwoConditions,

    /// <summary>Takes the end of a time range as outside of it.</summary>
    ExcludesEndOfRange,

    /// <summary>Answers one result less than the limit when reversed.</summary>
    LimitsReversedByOneLess,

    /// <summary>Ignores the largest amount wanted.</summary>
    IgnoresAmountMax,

    /// <summary>Puts a wrong timestamp into one refusal's answer.</summary>
    MistakesTimestamp,
}

/// <summary>Answers as the model does, but for one mistake: what the comparison must notice.</summary>
internal sealed class WrongTwin(IModel right, Mistake mistake) : IModel
{
    public bool Knows(Operation operation) => right.Knows(operation);

    public void BeginEntry(ulong timestampNs) =>
        right.BeginEntry(mistake == Mistake.ExpiresLate ? timestampNs - 1_000 : timestampNs);

    public byte[] Execute(Operation operation, ulong key, ReadOnlySpan<byte> body)
    {
        byte[] reply = right.Execute(operation, key, body);
        foreach (ref CreateTransferResult result in MemoryMarshal.Cast<byte, CreateTransferResult>(reply.AsSpan()))
        {
            bool isRefusal = result.Status != CreateTransferStatus.Created;
            result.Timestamp -= mistake == Mistake.MistakesTimestamp && isRefusal ? 1u : 0;
            if (mistake == Mistake.ForgetsFailedIds && result.Status == CreateTransferStatus.IdAlreadyFailed)
            {
                result.Status = CreateTransferStatus.Created;
            }
        }

        return reply;
    }

    public byte[] Read(Operation operation, ReadOnlySpan<byte> body)
    {
        if (operation is not (Operation.GetAccountTransfers or Operation.QueryTransfers))
        {
            return right.Read(operation, body);
        }

        byte[] changed = body.ToArray();
        Span<byte> element = changed.AsSpan(BookPrefix.Size);
        if (operation == Operation.QueryTransfers)
        {
            ref QueryFilter filter = ref MemoryMarshal.AsRef<QueryFilter>(element);
            bool isReversed = (filter.Flags & QueryFilterFlags.Reversed) != 0;
            Change(
                ref filter.TimestampMin, ref filter.TimestampMax, ref filter.AmountMax, ref filter.Limit, isReversed);
            return Shorten(right.Read(operation, changed), filter.UserData64 != 0 && filter.Code != 0);
        }

        ref AccountFilter ofAccount = ref MemoryMarshal.AsRef<AccountFilter>(element);
        Change(
            ref ofAccount.TimestampMin, ref ofAccount.TimestampMax, ref ofAccount.AmountMax, ref ofAccount.Limit,
            (ofAccount.Flags & AccountFilterFlags.Reversed) != 0);
        return Shorten(right.Read(operation, changed), ofAccount.UserData64 != 0 && ofAccount.Code != 0);
    }

    public string? CheckInvariants() => right.CheckInvariants();

    private void Change(ref ulong fromNs, ref ulong toNs, ref UInt128 amountMax, ref uint limit, bool isReversed)
    {
        toNs -= mistake == Mistake.ExcludesEndOfRange && toNs > fromNs ? 1u : 0;
        amountMax = mistake == Mistake.IgnoresAmountMax ? 0 : amountMax;
        limit -= mistake == Mistake.LimitsReversedByOneLess && isReversed && limit > 1 ? 1u : 0;
    }

    private byte[] Shorten(byte[] reply, bool hasTwoConditions) =>
        mistake == Mistake.LosesResultOfTwoConditions && hasTwoConditions && reply.Length > 0
            ? reply[Transfer.Size..]
            : reply;
}
