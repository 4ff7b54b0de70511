using FastCore.Node.Sessions;
using FastCore.Protocol;
using FastCore.Simulation.Domains;

namespace FastCore.Simulation.Network;

/// <summary>How large the reply to a request can be.</summary>
internal static class ReplySizes
{
    /// <summary>Bytes at most; 0 for a request that is refused as a whole.</summary>
    public static int MaxOf(SimulatedRequest request)
    {
        OperationShape? shape = OperationTable.Find(request.Operation);
        if (shape is null or { Kind: OperationKind.Session })
        {
            return 0;
        }

        int count = (request.Body.Length - shape.PrefixSize) / shape.ElementSize;
        return count > 0 ? RequestGate.ReplyMax(shape, request.Body, count) : 0;
    }
}
