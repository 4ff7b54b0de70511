using System.Numerics;

using FastCore.Engine.Partitions;
using FastCore.Protocol.Seats.Waiting;

namespace FastCore.Node;

/// <summary>Checks options and says what is wrong in words of the options.</summary>
public static class NodeOptionsCheck
{
    /// <summary>All problems, empty when there are none.</summary>
    public static IReadOnlyList<string> Problems(NodeOptions options)
    {
        List<string> problems = [];
        if (options.Durability == Durability.None && options.DataDirectory is not null)
        {
            problems.Add("DataDirectory must not be set with Durability None: nothing would be stored there.");
        }

        if (options.Durability != Durability.None && string.IsNullOrWhiteSpace(options.DataDirectory))
        {
            problems.Add($"DataDirectory must be set with Durability {options.Durability}.");
        }

        if (options.Partitions is < 0 or > 128)
        {
            problems.Add($"Partitions must be 0 (automatic) to 128, not {options.Partitions}.");
        }

        if (options.RingBytes < 4 << 20 || options.RingBytes > 1 << 30 || !BitOperations.IsPow2(options.RingBytes))
        {
            problems.Add($"RingBytes must be a power of two from 4 MiB to 1 GiB, not {options.RingBytes}.");
        }

        if (options.BatchElementsMax is < 1 or > 65_536)
        {
            problems.Add($"BatchElementsMax must be 1 to 65,536, not {options.BatchElementsMax}.");
        }

        if (options.CommitPauseUs is < 0 or > NodeOptions.CommitPauseUsMax)
        {
            problems.Add(
                $"CommitPauseUs must be 0 to {NodeOptions.CommitPauseUsMax}, not {options.CommitPauseUs}.");
        }

        if (options.TableReserveBytes is < 0 or > NodeOptions.TableReserveBytesMax)
        {
            problems.Add(
                $"TableReserveBytes must be 0 to {NodeOptions.TableReserveBytesMax}, not {options.TableReserveBytes}.");
        }
        else if (options.TableReserveBytes > MemoryBytes / Math.Max(1, options.Partitions))
        {
            problems.Add(
                $"TableReserveBytes of {options.TableReserveBytes} for each partition is more than the {MemoryBytes} "
                + "bytes of memory that this process may use.");
        }

        if (options.ShedAgeMs.Count != 4 || options.ShedAgeMs.Any(age => age < 1))
        {
            problems.Add("ShedAgeMs must hold four positive ages in milliseconds, one per priority class.");
        }

        if (options.TicketKeys.Any(key => key.Length is < WaitingTicket.KeyBytesMin or > WaitingTicket.KeyBytesMax))
        {
            problems.Add("TicketKeys must have 16 to 64 bytes each.");
        }

        if (options.PinPartitions && !CoreAffinity.IsSupported)
        {
            problems.Add("PinPartitions is known on Linux and Windows only.");
        }

        if (options.PartitionCores.Length > 0 && !options.PinPartitions)
        {
            problems.Add("PartitionCores needs PinPartitions.");
        }

        if (options.PartitionCores.Length > 0 && CoreList.Parse(options.PartitionCores) is null)
        {
            problems.Add($"PartitionCores must be cores such as 2-7,9, not '{options.PartitionCores}'.");
        }

        return problems;
    }

    private static long MemoryBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    internal static void ThrowIfInvalid(NodeOptions options)
    {
        IReadOnlyList<string> problems = Problems(options);
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", problems), nameof(options));
        }
    }
}
