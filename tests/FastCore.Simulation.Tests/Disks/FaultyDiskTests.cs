using FastCore.Simulation.Disks;
using FastCore.Storage.Disk;
using FastCore.Testing;
using Xunit;

namespace FastCore.Simulation.Tests.Disks;

public sealed class FaultyDiskTests
{
    private static readonly byte[] Old = Sectors(1);
    private static readonly byte[] New = Sectors(2);

    [Fact]
    public void A_power_cut_leaves_any_of_the_sectors_that_were_not_flushed_and_all_that_were()
    {
        HashSet<string> seen = [];
        for (ulong seed = 0; seed < 200; seed++)
        {
            FaultyDisk disk = new();
            disk.Put("file", Old);
            IDiskFile file = disk.Open("file", DiskFileMode.Write, DiskFileKind.Bulk);
            file.Write(0, New.AsSpan(0, 4_096));
            disk.Stop();
            disk.ReturnAfterPowerCut(new SeededRandom(seed));
            byte[] after = disk.Bytes("file");
            Assert.Equal(Old[4_096..], after[4_096..]);
            seen.Add(Convert.ToHexString([.. Enumerable.Range(0, 8).Select(sector => after[sector * 512])]));
            Assert.Throws<IOException>(() => file.Read(0, new byte[512]));

            using IDiskFile again = disk.Open("file", DiskFileMode.Write, DiskFileKind.Bulk);
            again.Write(0, New.AsSpan(0, 4_096));
            again.Flush();
            disk.Stop();
            disk.ReturnAfterPowerCut(new SeededRandom(seed));
            Assert.Equal(New[..4_096], disk.Bytes("file")[..4_096]);
        }

        Assert.True(seen.Count > 100, $"{seen.Count} different mixtures");
    }

    [Fact]
    public void A_kill_leaves_what_was_written_and_it_is_still_not_stable()
    {
        bool wasLost = false;
        for (ulong seed = 0; seed < 20; seed++)
        {
            FaultyDisk disk = new();
            disk.Put("file", Old);
            disk.Open("file", DiskFileMode.Write, DiskFileKind.Bulk).Write(0, New);
            disk.Stop();
            disk.Return();
            Assert.Equal(New, disk.Bytes("file"));
            disk.Stop();
            disk.ReturnAfterPowerCut(new SeededRandom(seed));
            wasLost |= !disk.Bytes("file").AsSpan().SequenceEqual(New);
        }

        Assert.True(wasLost);
    }

    [Fact]
    public void A_rename_survives_a_power_cut_surely_only_after_the_sync_of_its_directory()
    {
        int survived = 0;
        for (ulong seed = 0; seed < 100; seed++)
        {
            FaultyDisk disk = new();
            disk.Put("d/new", New);
            disk.Put("d/file", Old);
            disk.Rename("d/new", "d/file");
            if (seed % 2 == 0)
            {
                disk.SyncDirectory("d");
            }

            disk.Stop();
            disk.ReturnAfterPowerCut(new SeededRandom(seed));
            bool isNew = disk.Bytes("d/file").AsSpan().SequenceEqual(New);
            Assert.True(isNew || (seed % 2 != 0 && disk.Bytes("d/file").AsSpan().SequenceEqual(Old)));
            survived += isNew && seed % 2 != 0 ? 1 : 0;
        }

        Assert.InRange(survived, 1, 49);
    }

    [Theory]
    [InlineData(DiskFault.ShortWrite)]
    [InlineData(DiskFault.LostWrite)]
    [InlineData(DiskFault.MisdirectedWrite)]
    public void A_faulty_write_does_not_leave_what_it_was_given(DiskFault fault)
    {
        bool wasOther = false;
        for (ulong seed = 0; seed < 20; seed++)
        {
            FaultyDisk disk = new() { Faults = new DiskFaults(new SeededRandom(seed)) };
            disk.Put("file", Old);
            disk.Faults.SetRate(fault, 1);
            using IDiskFile file = disk.Open("file", DiskFileMode.Write, DiskFileKind.Durable);
            if (fault == DiskFault.ShortWrite)
            {
                Assert.Throws<IOException>(() => file.Write(0, New.AsSpan(0, 4_096)));
            }
            else
            {
                file.Write(0, New.AsSpan(0, 4_096));
                Assert.True(disk.Faults.DidDamage);
            }

            wasOther |= !disk.Bytes("file").AsSpan(0, 4_096).SequenceEqual(New.AsSpan(0, 4_096));
            Assert.Equal(1, disk.Faults.CountOf(fault));
        }

        Assert.True(wasOther);
    }

    [Fact]
    public void A_broken_sector_is_read_again_once_it_was_written()
    {
        FaultyDisk disk = new();
        disk.Put("file", Old);
        using IDiskFile file = disk.Open("file", DiskFileMode.Write, DiskFileKind.Bulk);
        disk.BreakSector("file", 5_000);
        byte[] bytes = new byte[4_096];
        Assert.Equal(4_096, file.Read(0, bytes));
        Assert.Throws<IOException>(() => file.Read(4_096, bytes));
        file.Write(4_096, New.AsSpan(0, 4_096));
        Assert.Equal(4_096, file.Read(4_096, bytes));
    }

    private static byte[] Sectors(byte value)
    {
        byte[] bytes = new byte[8_192];
        bytes.AsSpan().Fill(value);
        return bytes;
    }
}
