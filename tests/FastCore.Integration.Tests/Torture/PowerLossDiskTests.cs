using FastCore.Storage.Disk;
using FastCore.Testing;
using FastCore.Torture;

namespace FastCore.Integration.Tests.Torture;

/// <summary>
/// The disk that acts out power cuts keeps all that was promised, and loses what was not: a second disk over the same
/// root sees what a killed process left.
/// </summary>
public sealed class PowerLossDiskTests
{
    private const int Seeds = 40;
    private const int Page = 4096;

    [Fact]
    public void What_was_flushed_stays_and_what_was_not_may_go()
    {
        int lost = 0;
        int kept = 0;
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            using TemporaryFolder folder = new();
            PowerLossDisk before = new(folder.Of("books"), seed);
            before.CreateDirectory("");
            using (IDiskFile file = before.Open("a", DiskFileMode.Create, DiskFileKind.Bulk))
            {
                file.Write(0, Filled(8 * Page, 1));
                file.Flush();
                before.SyncDirectory("");
                file.Write(0, Filled(8 * Page, 2));
                Assert.Equal(Filled(8 * Page, 2), Read(before, "a"));
            }

            byte[] after = Read(new PowerLossDisk(folder.Of("books"), seed), "a");
            Assert.Equal(8 * Page, after.Length);
            for (int page = 0; page < 8; page++)
            {
                byte first = after[page * Page];
                Assert.True(first is 1 or 2 && after.AsSpan(page * Page, Page).IndexOfAnyExcept(first) < 0);
                lost += first == 1 ? 1 : 0;
                kept += first == 2 ? 1 : 0;
            }
        }

        Assert.True(lost > 0 && kept > 0, $"{lost} pages lost, {kept} written early");
    }

    [Fact]
    public void A_durable_write_stays()
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            using TemporaryFolder folder = new();
            PowerLossDisk before = new(folder.Of("books"), seed);
            before.CreateDirectory("");
            using IDiskFile file = before.Open("a", DiskFileMode.Create, DiskFileKind.Durable);
            before.SyncDirectory("");
            file.Write(2 * Page, Filled(3 * Page, 7));

            byte[] after = Read(new PowerLossDisk(folder.Of("books"), seed), "a");
            Assert.Equal([.. Filled(2 * Page, 0), .. Filled(3 * Page, 7)], after);
        }
    }

    [Fact]
    public void A_file_is_there_for_certain_only_after_its_directory_was_synced()
    {
        int lost = 0;
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            using TemporaryFolder folder = new();
            PowerLossDisk before = new(folder.Of("books"), seed);
            before.CreateDirectory("");
            Put(before, "synced", 1);
            before.SyncDirectory("");
            Put(before, "late", 2);
            Assert.Equal(["late", "synced"], before.ListFiles(""));

            PowerLossDisk after = new(folder.Of("books"), seed);
            Assert.True(after.FileExists("synced"));
            Assert.Equal(Filled(Page, 1), Read(after, "synced"));
            lost += after.FileExists("late") ? 0 : 1;
        }

        Assert.InRange(lost, 1, Seeds - 1);
    }

    [Fact]
    public void A_file_that_replaces_another_leaves_one_of_both_whole()
    {
        int old = 0;
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            using TemporaryFolder folder = new();
            PowerLossDisk before = new(folder.Of("books"), seed);
            before.CreateDirectory("");
            Put(before, "head", 1);
            before.SyncDirectory("");
            Put(before, "head.new", 2);
            before.Rename("head.new", "head");
            Assert.Equal(["head"], before.ListFiles(""));
            Assert.Equal(Filled(Page, 2), Read(before, "head"));

            byte[] after = Read(new PowerLossDisk(folder.Of("books"), seed), "head");
            Assert.True(after.AsSpan().SequenceEqual(Filled(Page, 1)) || after.AsSpan().SequenceEqual(Filled(Page, 2)));
            old += after[0] == 1 ? 1 : 0;
        }

        Assert.InRange(old, 1, Seeds - 1);
    }

    [Fact]
    public void Names_that_move_on_and_files_that_go_are_as_synced()
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            using TemporaryFolder folder = new();
            PowerLossDisk disk = new(folder.Of("books"), seed);
            disk.CreateDirectory("");
            Dictionary<string, byte> expected = [];
            SeededRandom random = new(seed);
            for (byte step = 1; step < 60; step++)
            {
                string[] names = ["a", "b", "c", .. expected.Keys];
                string name = random.Pick(names);
                string unused = $"n{step}";
                if (random.OneIn(3))
                {
                    Put(disk, name, step);
                    expected[name] = step;
                }
                else if (random.OneIn(3))
                {
                    disk.Delete(name);
                    expected.Remove(name);
                }
                else if (expected.Remove(name, out byte moved))
                {
                    disk.Rename(name, unused);
                    expected[unused] = moved;
                }

                Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), disk.ListFiles(""));
                if (random.OneIn(5))
                {
                    disk.SyncDirectory("");
                    disk = new PowerLossDisk(folder.Of("books"), seed);
                }

                foreach ((string path, byte content) in expected)
                {
                    Assert.Equal(Filled(Page, content), Read(disk, path));
                }
            }
        }
    }

    private static void Put(PowerLossDisk disk, string path, byte content)
    {
        using IDiskFile file = disk.Open(path, DiskFileMode.Create, DiskFileKind.Small);
        file.Write(0, Filled(Page, content));
        file.Flush();
    }

    private static byte[] Read(PowerLossDisk disk, string path)
    {
        using IDiskFile file = disk.Open(path, DiskFileMode.Read, DiskFileKind.Small);
        byte[] bytes = new byte[file.Length];
        Assert.Equal(bytes.Length, file.Read(0, bytes));
        return bytes;
    }

    private static byte[] Filled(int count, byte content)
    {
        byte[] bytes = new byte[count];
        bytes.AsSpan().Fill(content);
        return bytes;
    }
}
