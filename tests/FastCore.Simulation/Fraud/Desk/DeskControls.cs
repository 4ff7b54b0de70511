using System.Runtime.InteropServices;

using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Simulation.Fraud.Desk;

/// <summary>Desks that are broken on purpose, each in front of a real one.</summary>
public static class DeskControls
{
    /// <summary>The controls, by what they do wrong.</summary>
    public static IReadOnlyDictionary<string, Func<IDesk, IDesk>> All { get; } =
        new Dictionary<string, Func<IDesk, IDesk>>
        {
            ["lose a part that was taken"] = desk => new LostPart(desk),
            ["take a part behind a gap"] = desk => new Recoded(desk, FraudStatus.UploadHasGap),
            ["take a file of another content"] = desk => new Recoded(desk, FraudStatus.UploadDiffers),
            ["put an older policy in force"] = desk => new Recoded(desk, FraudStatus.PolicyVersionNotNewer),
            ["put a policy with mistakes in force"] = desk => new Recoded(desk, FraudStatus.PolicyRefused),
            ["forget the policy before"] = desk => new ForgottenPolicy(desk),
            ["show resolved reviews"] = desk => new StaleReviews(desk),
            ["lose a verdict"] = desk => new LostVerdict(desk),
            ["resolve what is not under review"] = desk => new Recoded(desk, FraudStatus.NotUnderReview),
            ["count a decision twice"] = desk => new DoubledMetrics(desk),
        };

    /// <summary>Does what another desk does; what differs is overridden.</summary>
    private abstract class DeskTwin(IDesk inner) : IDesk
    {
        public virtual DeskReply? Call(Operation operation, ReadOnlySpan<byte> body) => inner.Call(operation, body);
    }

    private sealed class LostPart(IDesk inner) : DeskTwin(inner)
    {
        private int _parts;

        public override DeskReply? Call(Operation operation, ReadOnlySpan<byte> body)
        {
            if (operation != Operation.UploadPolicyFile || ++_parts % 16 != 0)
            {
                return base.Call(operation, body);
            }

            // As if it had not been sent: the same without its bytes, and then the answer to all of it.
            PolicyUpload part = MemoryMarshal.Read<PolicyUpload>(body);
            PolicyUpload empty = part with { PartBytes = 0 };
            DeskReply? reply = base.Call(operation, MemoryMarshal.AsBytes(new ReadOnlySpan<PolicyUpload>(in empty)));
            if (reply is not null)
            {
                ref PolicyUploadResult result = ref MemoryMarshal.AsRef<PolicyUploadResult>(reply.Body.AsSpan());
                result.Received = result.Code == FraudStatus.Ok
                    ? Math.Max(result.Received, part.Offset + part.PartBytes)
                    : result.Received;
            }

            return reply;
        }
    }

    /// <summary>Says Ok where a rule refuses.</summary>
    private sealed class Recoded(IDesk inner, FraudStatus refusal) : DeskTwin(inner)
    {
        public override DeskReply? Call(Operation operation, ReadOnlySpan<byte> body)
        {
            DeskReply? reply = base.Call(operation, body);
            if (reply is { Status: FrameStatus.Ok } && operation is Operation.UploadPolicyFile
                or Operation.ActivatePolicy or Operation.ResolveReviews)
            {
                // The code follows eight bytes in the results of all three.
                ref FraudStatus code = ref MemoryMarshal.AsRef<FraudStatus>(reply!.Body.AsSpan(8));
                code = code == refusal ? FraudStatus.Ok : code;
            }

            return reply;
        }
    }

    private sealed class ForgottenPolicy(IDesk inner) : DeskTwin(inner)
    {
        public override DeskReply? Call(Operation operation, ReadOnlySpan<byte> body)
        {
            DeskReply? reply = base.Call(operation, body);
            return operation == Operation.GetPolicies && reply?.Body.Length > PolicyRecord.Size
                ? reply with { Body = reply.Body[PolicyRecord.Size..] }
                : reply;
        }
    }

    private sealed class StaleReviews(IDesk inner) : DeskTwin(inner)
    {
        private readonly Dictionary<ulong, byte[]> _shown = [];

        public override DeskReply? Call(Operation operation, ReadOnlySpan<byte> body)
        {
            DeskReply? reply = base.Call(operation, body);
            if (operation != Operation.QueryReviews || reply is null)
            {
                return reply;
            }

            ulong merchant = MemoryMarshal.Read<BookPrefix>(body).Book;
            byte[] before = _shown.GetValueOrDefault(merchant, reply.Body);
            _shown[merchant] = reply.Body;
            return reply with { Body = before };
        }
    }

    private sealed class LostVerdict(IDesk inner) : DeskTwin(inner)
    {
        public override DeskReply? Call(Operation operation, ReadOnlySpan<byte> body)
        {
            if (operation != Operation.ResolveReviews)
            {
                return base.Call(operation, body);
            }

            FraudResult taken = new() { Code = FraudStatus.Ok };
            return new DeskReply(
                FrameStatus.Ok, MemoryMarshal.AsBytes(new ReadOnlySpan<FraudResult>(in taken)).ToArray());
        }
    }

    private sealed class DoubledMetrics(IDesk inner) : DeskTwin(inner)
    {
        public override DeskReply? Call(Operation operation, ReadOnlySpan<byte> body)
        {
            DeskReply? reply = base.Call(operation, body);
            if (operation == Operation.GetFraudMetrics && reply?.Body.Length > 0)
            {
                MemoryMarshal.AsRef<FraudMetric>(reply.Body.AsSpan()).Decisions++;
            }

            return reply;
        }
    }
}
