using System.Security.Cryptography;

using FastCore.Fraud.Features;
using FastCore.Node.Fraud;
using FastCore.Simulation.Disks;
using FastCore.Storage.Disk;
using FastCore.Testing;

using Xunit;

namespace FastCore.Simulation.Tests.Disks;

/// <summary>Files of policies over a power cut in the middle of every operation, and over a full disk.</summary>
public sealed class PolicyStorePowerTests
{
    private const int Contents = 3;

    [Fact]
    public void F4_PowerCutAnywhere_LosesNothingThatWasStored_AndLeavesNothingTorn()
    {
        FaultyDisk whole = new();
        Assert.Equal(Contents, Store(whole));
        Assert.True(whole.Operations > Contents * 3);
        for (int cutAt = 1; cutAt <= whole.Operations; cutAt++)
        {
            for (int seed = 0; seed < 8; seed++)
            {
                FaultyDisk disk = new() { CutAtOperation = cutAt };
                int stored = Store(disk);
                FaultyDisk after = disk.AfterPowerCut(seed);
                PolicyStore store = new(after, FeatureSet.Default);
                for (int i = 0; i < Contents; i++)
                {
                    // A name that is there has its whole content; a damaged one would throw.
                    bool isThere = store.TryGet(SHA256.HashData(Content(i)), out byte[] content);
                    Assert.True(isThere || i >= stored, $"content {i} is lost by a cut at {cutAt}, seed {seed}");
                    Assert.Equal(isThere ? Content(i) : [], content);
                }

                Assert.DoesNotContain(after.Paths, path => path.EndsWith(".new", StringComparison.Ordinal));
                Assert.Equal(Contents, Store(after));
            }
        }
    }

    [Fact]
    public void F4_KillBetweenRenameAndSync_IsMadeUpForByTheNextAddition()
    {
        FaultyDisk whole = new();
        Store(whole);
        for (int cutAt = 1; cutAt <= whole.Operations; cutAt++)
        {
            FaultyDisk disk = new() { CutAtOperation = cutAt };
            Store(disk);
            FaultyDisk killed = disk.AfterKill();
            Store(killed);
            for (int seed = 0; seed < 8; seed++)
            {
                PolicyStore store = new(killed.AfterPowerCut(seed), FeatureSet.Default);
                for (int i = 0; i < Contents; i++)
                {
                    Assert.Equal(Content(i), store.Get(SHA256.HashData(Content(i))));
                }
            }
        }
    }

    [Fact]
    public void F4_FullDisk_StoresNothing_AndSaysSo()
    {
        FaultyDisk disk = new() { FullFor = "fraud/" };
        PolicyStore store = new(disk, FeatureSet.Default);
        Assert.Throws<DiskFullException>(() => store.Add(Content(0)));
        Assert.False(store.TryGet(SHA256.HashData(Content(0)), out _));
        disk.FullFor = null;
        Assert.Equal(Content(0), store.Get(store.Add(Content(0))));
    }

    [Fact]
    public void F4_UnreadableFile_IsWrittenAnew()
    {
        FaultyDisk disk = new();
        Store(disk);
        PolicyStore store = new(disk, FeatureSet.Default);
        byte[] hash = SHA256.HashData(Content(2));
        disk.BreakSector("fraud/" + Convert.ToHexStringLower(hash), 0);
        Assert.ThrowsAny<IOException>(() => store.Get(hash));
        store.Add(Content(2));
        Assert.Equal(Content(2), store.Get(hash));
    }

    private static byte[] Content(int i)
    {
        byte[] content = new byte[(i * 1_500) + 1];
        new SeededRandom((ulong)i + 1).Fill(content);
        return content;
    }

    // How many were stored until the power went.
    private static int Store(FaultyDisk disk)
    {
        int stored = 0;
        try
        {
            PolicyStore store = new(disk, FeatureSet.Default);
            for (; stored < Contents; stored++)
            {
                store.Add(Content(stored));
            }
        }
        catch (IOException) when (disk.IsCut)
        {
            // The rest was not stored.
        }

        return stored;
    }
}
