using FastCore.Engine.Partitions;

namespace FastCore.Simulation.Steps;

/// <summary>A partition's duty cycle as a piece of work, with the same end as on a thread.</summary>
internal sealed class SteppedPartition(NodeStepper stepper, Partition partition) : IPartitionRunner
{
    private StepWork? _work;

    public void Start()
    {
        _work = stepper.Add($"partition {partition.Number}", Step);
        _work.PauseNs = stepper.DutyCycleNs;
    }

    public void Wake() => _work?.Wake();

    public void Dispose()
    {
        if (_work is null)
        {
            return;
        }

        // From here on nobody but this loop calls the duty cycle.
        _work.End();
        _work = null;
        SpinWait spin = default;
        while (true)
        {
            if (partition.DoWork() > 0)
            {
                continue;
            }

            if (!partition.Inbox.IsEmpty)
            {
                stepper.Wait(ref spin);
            }
            else if (partition.Inbox.IsClosed)
            {
                break;
            }
            else
            {
                partition.Inbox.Close();
            }
        }

        partition.Finish();
    }

    private int Step() =>
        partition.DoWork() > 0 || partition.HasWork ? 0 : (int)Math.Clamp(partition.ParkNsMax / 1_000_000, 1, 1_000);
}
