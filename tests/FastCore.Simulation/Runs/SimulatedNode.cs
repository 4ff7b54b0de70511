using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Node;
using FastCore.Node.Access;
using FastCore.Node.Fraud;
using FastCore.Node.Sessions;
using FastCore.Protocol;
using FastCore.Server;
using FastCore.Simulation.Network;
using FastCore.Simulation.Steps;
using FastCore.Storage;
using FastCore.Storage.Journal;

namespace FastCore.Simulation.Runs;

/// <summary>One life of the node: from opening its directory to a crash or a shutdown.</summary>
internal sealed class SimulatedNode
{
    private readonly FastCoreNode _node;

    public SimulatedNode(NodeOptions options, NodeStepper stepper)
    {
        options.Clock = stepper.Clock;
        options.Steps = stepper;
        Stepper = stepper;
        _node = FastCoreNode.Open(options);
    }

    public NodeStepper Stepper { get; }

    /// <summary>Fraud scoring; null when the node scores nothing.</summary>
    public FraudControl? Fraud => _node.Fraud;

    public int Partitions => _node.PartitionCount;

    public NodeStatistics Statistics => _node.Statistics;

    /// <summary>Why a partition stopped; null while all run.</summary>
    public Exception? StopCause
    {
        get
        {
            for (int i = 0; i < Partitions; i++)
            {
                if (_node.PartitionAt(i).StopCause is { } cause)
                {
                    return cause;
                }
            }

            return null;
        }
    }

    /// <summary>What opening cut off journals as a torn tail, or took as a broken checkpoint.</summary>
    public IEnumerable<string> Reports
    {
        get
        {
            for (int i = 0; i < Partitions; i++)
            {
                if (CutOf(i) is { } cut)
                {
                    yield return cut.ToString();
                }

                if (_node.StorageAt(i) is PartitionStorage storage)
                {
                    foreach (string broken in storage.BrokenCheckpoints)
                    {
                        yield return broken;
                    }
                }
            }
        }
    }

    /// <summary>What opening cut off a journal as a torn tail; null when nothing.</summary>
    public JournalCut? CutOf(int partition) => (_node.StorageAt(partition) as PartitionStorage)?.Cut;

    public IJournal Journal(int partition) => _node.StorageAt(partition).Journal;

    public IPartitionStorage Storage(int partition) => _node.StorageAt(partition);

    public FrontSession OpenSession(int client, int inFlightMax, int replyRingBytes = 1 << 16) =>
        _node.OpenFrontSession(
            Grant.Of((uint)client, null, null),
            new FrontSessionOptions { InFlightMax = inFlightMax, ReplyRingBytes = replyRingBytes });

    public SimulatedFront OpenFront(ServerOptions options, TimeProvider time) => new(_node, options, time);

    public static int PartitionOf(ulong key, int partitions) => PartitionMap.Of(key, partitions);

    /// <summary>Submits a command of the node itself; false when the partition has no room for it.</summary>
    public bool TrySubmit(ulong key, Operation operation, ReadOnlySpan<byte> body) =>
        _node.TrySubmit(key, operation, body);

    /// <summary>Asks a partition for something between two batches; false when it is busy with another.</summary>
    public bool TryPost(int partition, PartitionControl control)
    {
        bool isPosted = _node.PartitionAt(partition).TryPost(control);
        _node.Wake(partition);
        return isPosted;
    }

    /// <summary>Ends the life: a shutdown, or, when the disk is gone, the giving back of memory.</summary>
    public void End()
    {
        Task ended = _node.DisposeAsync().AsTask();
        SpinWait spin = default;
        while (!ended.IsCompleted)
        {
            // Calls to connectors get their time to end, which is the simulation's.
            Stepper.Wait(ref spin);
        }

        ended.GetAwaiter().GetResult();
    }
}
