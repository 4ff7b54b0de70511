using System.Runtime.InteropServices;
using FastCore.Node.Sessions;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Simulation.Checks;
using FastCore.Simulation.Domains;
using FastCore.Testing;

namespace FastCore.Simulation.Runs;

/// <summary>
/// A client: has several requests in flight, remembers every answer, and asks again, with the same bytes, for each
/// write whose outcome it does not know.
/// </summary>
/// <param name="number">Its number, from 1.</param>
/// <param name="workloads">What it asks for.</param>
/// <param name="random">Where its choices come from.</param>
/// <param name="world">What it shares with the others.</param>
/// <param name="network">Its way over the network; null when it goes straight into each node.</param>
internal sealed class SimulatedClient(
    int number, IReadOnlyList<IWorkload> workloads, SeededRandom random, SimulatedWorld world, NetworkWay? network)
    : IReplySink
{
    private readonly Dictionary<ulong, Call> _inFlight = [];
    private readonly Queue<SimulatedRequest> _again = new();
    private IClientWay? _way = network;
    private int _inFlightMax;

    /// <summary>Whether answers are there.</summary>
    public bool HasAnswers => _way?.HasAnswers == true;

    /// <summary>Requests without an answer.</summary>
    public int InFlight => _inFlight.Count;

    /// <summary>Begins to talk to a node.</summary>
    public void Connect(SimulatedNode node, int inFlightMax)
    {
        _inFlightMax = inFlightMax;
        _way = network ?? (IClientWay)new StraightWay(node, number, inFlightMax);
    }

    /// <summary>The node is gone. Writes without an answer are asked again; reads are forgotten.</summary>
    public void Disconnect()
    {
        foreach (Call call in _inFlight.Values.Where(call => call.IsWrite).OrderBy(call => call.Number))
        {
            _again.Enqueue(call.Request);
        }

        _inFlight.Clear();
        _way = network;
    }

    /// <summary>Makes no request any more.</summary>
    public void Leave() => network?.Close();

    /// <summary>Makes a request, unless too many are in flight.</summary>
    public bool TrySubmit(ulong nowNs)
    {
        if (_inFlight.Count >= _inFlightMax)
        {
            return false;
        }

        bool isAgain = _again.Count > 0 && random.OneIn(2);
        SimulatedRequest request = isAgain
            ? _again.Peek()
            : random.Pick(workloads).Next(random, nowNs);

        Call call = new(world.NextCall(), number, request, world.Tick());
        AddParts(call);
        if (call.Parts.Any(IsInFlight))
        {
            return false;
        }

        if (isAgain)
        {
            _ = _again.Dequeue();
        }

        FrameStatus status = _way!.TrySubmit(call, random);
        if (status != FrameStatus.Ok)
        {
            world.Refused(status);
            return true;
        }

        world.Admit();
        _inFlight.Add(call.Number, call);
        foreach (CallPart part in call.Parts)
        {
            world.Checks[part.Partition].Submitted(part);
        }

        return true;
    }

    /// <summary>Takes the answers that are there.</summary>
    public void Drain() => _way?.Drain(this);

    /// <inheritdoc/>
    public void OnReply(
        ulong correlation, Operation operation, FrameStatus status, uint retryAfterMs, ReadOnlySpan<byte> body)
    {
        if (!_inFlight.Remove(correlation, out Call? call))
        {
            throw new SimulationException(
                $"Client {number} got an answer to call {correlation}, which it did not make.");
        }

        call.Answer(world.Tick(), status, body);
        foreach (CallPart part in call.Parts)
        {
            part.CommittedAfter = world.CommittedOf(part.Partition);
        }

        world.Answered(call);
        if (call.IsWrite && !call.IsAnswered)
        {
            _again.Enqueue(call.Request);
        }
    }

    // Two equal shares in flight could not be told apart in the journal.
    private bool IsInFlight(CallPart part) =>
        _inFlight.Values.SelectMany(call => call.Parts).Any(other => other.IsSameCommand(part));

    // As the node scatters it: elements of keys of several partitions go there each.
    private void AddParts(Call call)
    {
        int partitions = world.Checks.Count;
        OperationShape shape = call.Shape;
        byte[] body = call.Request.Body;
        int count = (body.Length - shape.PrefixSize) / shape.ElementSize;
        if (shape.IsForAll)
        {
            for (int partition = 0; partition < partitions; partition++)
            {
                AddPart(call, partition, body, [], partitions);
            }

            return;
        }

        if (partitions == 1 || shape.PrefixSize > 0 || count == 1)
        {
            AddPart(call, PartitionAt(body, shape.KeyOffset), body, []);
            return;
        }

        int[] partitionOf = new int[count];
        List<int>[] elements = [.. Enumerable.Range(0, partitions).Select(_ => new List<int>())];
        for (int i = 0; i < count; i++)
        {
            // Linked holds go where the first one goes.
            partitionOf[i] = i > 0 && IsLinked(call, i - 1)
                ? partitionOf[i - 1]
                : PartitionAt(body, (i * shape.ElementSize) + shape.KeyOffset);
            elements[partitionOf[i]].Add(i);
        }

        for (int partition = 0; partition < partitions; partition++)
        {
            int[] share = [.. elements[partition]];
            if (share.Length == count)
            {
                AddPart(call, partition, body, []);
            }
            else if (share.Length > 0)
            {
                byte[] bytes = [.. share.SelectMany(i => body.Skip(i * shape.ElementSize).Take(shape.ElementSize))];
                AddPart(call, partition, bytes, share);
            }
        }
    }

    private static bool IsLinked(Call call, int element)
    {
        byte[] body = call.Request.Body;
        return call.Shape.Operation switch
        {
            Operation.HoldSeats => (MemoryMarshal.Cast<byte, HoldSeats>(body)[element].Flags & HoldFlags.Linked) != 0,
            Operation.HoldBestAvailable =>
                (MemoryMarshal.Cast<byte, HoldBestAvailable>(body)[element].Flags & HoldFlags.Linked) != 0,
            Operation.HoldGeneralAdmission =>
                (MemoryMarshal.Cast<byte, HoldGeneralAdmission>(body)[element].Flags & HoldFlags.Linked) != 0,
            Operation.BookHeld =>
                (MemoryMarshal.Cast<byte, BookHeld>(body)[element].Flags & BookingFlags.Linked) != 0,
            _ => false,
        };
    }

    private int PartitionAt(byte[] body, int keyOffset) =>
        SimulatedNode.PartitionOf(MemoryMarshal.Read<ulong>(body.AsSpan(keyOffset)), world.Checks.Count);

    private void AddPart(Call call, int partition, byte[] body, int[] elements, int copies = 1) =>
        call.Parts.Add(new CallPart(call, partition, body, elements, copies)
        {
            CommittedBefore = world.CommittedOf(partition),
        });
}
