using FastCore.Simulation.Disks;
using FastCore.Storage.Disk;
using FastCore.Testing;
using Xunit;

namespace FastCore.Simulation.Tests.Disks;

public sealed class JournalEndsTests
{
    private const string First = "p000/journal/0000000000.seg";
    private const string Second = "p000/journal/0000000001.seg";

    private readonly FaultyDisk _disk = new();
    private readonly JournalEnds _ends;

    public JournalEndsTests()
    {
        _disk.Put(First, new byte[16_384]);
        _disk.Put(Second, new byte[16_384]);
        _disk.Put("p001/journal/0000000000.seg", new byte[16_384]);
        _ends = new JournalEnds(_disk, partitions: 2);
        Write(First, 0);
    }

    [Fact]
    public void The_last_write_of_all_may_be_gone_when_the_disk_did_not_do_it()
    {
        Write(First, 4_096, DiskFault.LostWrite);
        _ends.BeforeOpen();
        Assert.Equal((true, false), (_ends.IsShort(0), _ends.IsShort(1)));

        // It stays so until an opening came to its end, also when the end is written again meanwhile.
        Write(First, 4_096);
        _ends.BeforeOpen();
        Assert.True(_ends.IsShort(0));
        _ends.AreWhole();
        _ends.BeforeOpen();
        Assert.False(_ends.IsShort(0));
    }

    [Fact]
    public void A_write_that_landed_elsewhere_is_forgiven_unless_it_can_be_seen_behind_the_end()
    {
        HashSet<bool> seen = [];
        for (ulong seed = 0; seed < 20; seed++)
        {
            JournalEndsTests fresh = new();
            fresh.Write(First, 4_096, DiskFault.MisdirectedWrite, seed: seed);
            fresh._ends.BeforeOpen();
            bool isLast = fresh._disk.FileAt(First).UsedLength == 4_096;
            Assert.Equal(isLast, fresh._ends.IsShort(0));
            seen.Add(isLast);
        }

        Assert.Equal(2, seen.Count);
    }

    [Fact]
    public void What_begins_a_new_file_may_be_gone_as_well()
    {
        Write(First, 4_096);
        Write(Second, 0, DiskFault.LostWrite);
        _ends.BeforeOpen();
        Assert.True(_ends.IsShort(0));
    }

    [Fact]
    public void What_something_follows_or_was_written_again_may_not_be_gone()
    {
        Write(First, 4_096, DiskFault.LostWrite);
        Write(First, 8_192);
        _ends.BeforeOpen();
        Assert.False(_ends.IsShort(0));

        Write(First, 12_288, DiskFault.LostWrite);
        Write(First, 12_288);
        _disk.FlipBit(First, 5, 1);
        _ends.BeforeOpen();
        Assert.False(_ends.IsShort(0));
    }

    [Fact]
    public void A_journal_that_nothing_happened_to_may_not_be_shorter()
    {
        Write("p001/journal/0000000000.seg", 0, DiskFault.LostWrite);
        _ends.BeforeOpen();
        Assert.Equal((false, true), (_ends.IsShort(0), _ends.IsShort(1)));
    }

    [Fact]
    public void A_report_that_died_with_its_opening_is_believed_of_a_damaged_journal_only()
    {
        Write(First, 4_096);
        _ends.BeforeOpen();
        Write(First, 4_096, value: 0);
        _ends.AfterFailedOpen();
        Assert.False(_ends.IsShort(0));

        Write(First, 4_096);
        _disk.FlipBit(First, 100, 3);
        _ends.BeforeOpen();
        Write(First, 4_096, value: 0);
        _ends.AfterFailedOpen();
        Assert.True(_ends.IsShort(0));
    }

    private void Write(string path, long offset, DiskFault? fault = null, byte value = 7, ulong seed = 0)
    {
        if (fault is { } kind)
        {
            _disk.Faults = new DiskFaults(new SeededRandom(seed));
            _disk.Faults.SetRate(kind, 1);
        }

        byte[] bytes = new byte[4_096];
        bytes.AsSpan().Fill(value);
        using IDiskFile file = _disk.Open(path, DiskFileMode.Write, DiskFileKind.Durable);
        file.Write(offset, bytes);
        _disk.Faults = null;
    }
}
