using System.Runtime.InteropServices;

using FastCore.Node.Access;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Knobs;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Memory;
using FastCore.Protocol.Seats;

namespace FastCore.Node.Sessions;

/// <summary>
/// The checks of a request as a whole, the same for every front: operation, body size, reserved bytes, keys, grant.
/// A request that passed can reach the state machine; its elements are judged there, one by one.
/// </summary>
internal static class RequestGate
{
    /// <summary>Checks a request.</summary>
    /// <param name="operation">What is asked.</param>
    /// <param name="body">Its body.</param>
    /// <param name="grant">What the session may do.</param>
    /// <param name="isInternal">True for flows inside the node, which may use internal operations.</param>
    /// <param name="shape">The operation's shape, when it is Ok.</param>
    /// <param name="count">Elements in the body.</param>
    public static FrameStatus Check(
        Operation operation,
        ReadOnlySpan<byte> body,
        Grant grant,
        bool isInternal,
        out OperationShape? shape,
        out int count)
    {
        count = 0;
        shape = OperationTable.Find(operation);
        if (shape is null
            || shape.Kind == OperationKind.Session
            || (shape.Kind == OperationKind.Internal && !isInternal))
        {
            return FrameStatus.UnknownOperation;
        }

        if (!grant.Allows(operation))
        {
            return FrameStatus.Forbidden;
        }

        int elementBytes = body.Length - shape.PrefixSize;
        if (elementBytes <= 0 || elementBytes % shape.ElementSize != 0)
        {
            return FrameStatus.InvalidBodySize;
        }

        count = elementBytes / shape.ElementSize;
        if (count > shape.ElementsMax)
        {
            return FrameStatus.InvalidBodySize;
        }

        if (!grant.AllowsBoxOffice && BoxOffice.IsAskedFor(operation, body))
        {
            return FrameStatus.Forbidden;
        }

        return shape.IsForAll && !grant.AllowsEveryBook ? FrameStatus.Forbidden
            : shape.PrefixSize > 0 ? CheckPrefix(body, grant)
            : shape.IsForAll ? FrameStatus.Ok
            : CheckKeys(body, grant, shape);
    }

    /// <summary>Bytes of the largest reply that the request can get.</summary>
    public static int ReplyMax(OperationShape shape, ReadOnlySpan<byte> body, int count)
    {
        if (shape.Kind != OperationKind.Query)
        {
            return shape.ResultsOf(count) * shape.ResultSize;
        }

        if (shape.Operation is Operation.SumAccountTransfers or Operation.SumTransfers)
        {
            return shape.ResultSize;
        }

        // The filters keep their limits at different places.
        ReadOnlySpan<byte> filter = body[shape.PrefixSize..];
        uint limit = shape.Operation switch
        {
            Operation.QueryReviews => MemoryMarshal.Read<ReviewFilter>(filter).Limit,
            Operation.QueryAccounts or Operation.QueryTransfers => MemoryMarshal.Read<QueryFilter>(filter).Limit,
            Operation.ListShows => MemoryMarshal.Read<ShowFilter>(filter).Limit,
            Operation.GetKnobs => MemoryMarshal.Read<KnobFilter>(filter).Limit,
            Operation.GetMemory => MemoryMarshal.Read<MemoryFilter>(filter).Limit,
            Operation.GetPolicies => MemoryMarshal.Read<PolicyFilter>(filter).Limit,
            Operation.GetFraudMetrics => MemoryMarshal.Read<MetricFilter>(filter).Limit,
            Operation.ExplainDecision => MemoryMarshal.Read<ReasonFilter>(filter).Limit,
            (>= Operation.GetChart and <= Operation.SeatHistory) or Operation.ListWaiting
                or Operation.ListWaitingList or Operation.GetChannels or Operation.AwaitSeatChanges =>
                MemoryMarshal.Read<SeatFilter>(filter).Limit,
            _ => MemoryMarshal.Read<AccountFilter>(filter).Limit,
        };
        return (int)Math.Min(limit, Limits.ElementsPerRequestMax) * shape.ResultSize;
    }

    private static FrameStatus CheckPrefix(ReadOnlySpan<byte> body, Grant grant)
    {
        BookPrefix prefix = MemoryMarshal.Read<BookPrefix>(body);
        if (prefix.Reserved != 0)
        {
            return FrameStatus.ReservedNotZero;
        }

        if (prefix.Book - 1 >= Limits.BookMax)
        {
            return FrameStatus.InvalidKey;
        }

        return grant.AllowsBook(prefix.Book) ? FrameStatus.Ok : FrameStatus.Forbidden;
    }

    private static FrameStatus CheckKeys(ReadOnlySpan<byte> body, Grant grant, OperationShape shape)
    {
        bool everyBook = grant.AllowsEveryBook;
        for (int offset = shape.KeyOffset; offset < body.Length; offset += shape.ElementSize)
        {
            ulong key = MemoryMarshal.Read<ulong>(body[offset..]);
            if (key - 1 >= Limits.BookMax)
            {
                return FrameStatus.InvalidKey;
            }

            if (!everyBook && !(grant.AllowsBook(key) && AllowsMerchant(body, offset, grant, shape)))
            {
                return FrameStatus.Forbidden;
            }
        }

        return FrameStatus.Ok;
    }

    // Whoever lets a show be paid to a merchant must be allowed the merchant's book, too.
    private static bool AllowsMerchant(ReadOnlySpan<byte> body, int keyAt, Grant grant, OperationShape shape)
    {
        if (shape.MerchantOffset < 0)
        {
            return true;
        }

        ulong merchant = MemoryMarshal.Read<ulong>(body[(keyAt - shape.KeyOffset + shape.MerchantOffset)..]);
        return merchant == 0 || grant.AllowsBook(merchant);
    }
}
