using System.Security.Cryptography;

using FastCore.Engine.Ports;
using FastCore.Fraud.Features;
using FastCore.Fraud.Policies;
using FastCore.Node.Fraud;
using FastCore.Storage.Disk;

using Xunit;

namespace FastCore.Node.Tests.Fraud;

/// <summary>Files of policies: stored by content, read only when they are what was stored.</summary>
public sealed class PolicyStoreTests : IDisposable
{
    private readonly PolicyFolder _folder = new();
    private readonly FileDisk _disk;

    public PolicyStoreTests()
    {
        _disk = new FileDisk(_folder.Store);
        _disk.CreateDirectory("");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void F4_ImportedPolicy_IsLoadedByItsHash(bool isOnDisk)
    {
        PolicyStore store = new(isOnDisk ? _disk : null, PolicyFolder.Features);
        FraudPolicy policy = store.Import(_folder.Policy);
        Assert.Equal(7UL, policy.Version);
        Assert.Same(policy, store.Load(policy.Hash));
        Assert.Same(policy, store.Import(_folder.Policy));
        Assert.True(store.Get(policy.Hash).AsSpan().SequenceEqual(policy.Canonical));
        if (!isOnDisk)
        {
            Assert.False(Directory.Exists(Path.Combine(_folder.Store, "fraud")));
            return;
        }

        // Another process, and the operator's files are gone.
        File.Delete(_folder.Policy);
        PolicyStore again = new(_disk, PolicyFolder.Features);
        FraudPolicy loaded = again.Load(policy.Hash);
        Assert.NotSame(policy, loaded);
        Assert.True(loaded.Hash.SequenceEqual(policy.Hash));
        Assert.Same(loaded, again.Load(policy.Hash));
        Assert.Equal(4, Directory.GetFiles(Path.Combine(_folder.Store, "fraud")).Length);
    }

    [Fact]
    public void F4_DamagedOrMissingFile_IsNamedWithItsHash()
    {
        FraudPolicy policy = new PolicyStore(_disk, PolicyFolder.Features).Import(_folder.Policy);
        byte[] rules = SHA256.HashData("rule \"a\": review if f1 > 5\n"u8);
        byte[][] hashes = [policy.Hash.ToArray(), policy.Champion!.Hash.ToArray(), rules];
        foreach (byte[] hash in hashes)
        {
            string path = _folder.Stored(hash);
            byte[] whole = File.ReadAllBytes(path);
            byte[] flipped = [.. whole];
            flipped[whole.Length / 2] ^= 4;
            foreach (byte[]? damage in new byte[]?[] { flipped, whole[..^1], [], null })
            {
                File.Delete(path);
                if (damage is not null)
                {
                    File.WriteAllBytes(path, damage);
                }

                PolicyStore store = new(_disk, PolicyFolder.Features);
                CorruptStorageException corrupt =
                    Assert.Throws<CorruptStorageException>(() => store.Load(policy.Hash));
                Assert.Equal("fraud/" + Convert.ToHexStringLower(hash), corrupt.File);
                Assert.Contains(Convert.ToHexStringLower(hash), corrupt.Message[corrupt.File.Length..]);
                if (damage is null)
                {
                    Assert.False(store.TryGet(hash, out _));
                }
                else
                {
                    Assert.Throws<CorruptStorageException>(() => store.TryGet(hash, out _));
                }

                // To import it again mends it.
                Assert.True(store.Import(_folder.Policy).Hash.SequenceEqual(policy.Hash));
                Assert.Equal(whole, File.ReadAllBytes(path));
            }
        }
    }

    [Fact]
    public void F4_RefusedPolicy_StoresNothing()
    {
        PolicyStore store = new(_disk, PolicyFolder.Features);
        _folder.Write("rules/a.rules", "rule \"a\": review if f99 > 5\n"u8);
        PolicyRefusedException refused = Assert.Throws<PolicyRefusedException>(() => store.Import(_folder.Policy));
        Assert.Equal(PolicyMistakeCode.RulesRefused, Assert.Single(refused.Mistakes).Code);
        Assert.False(Directory.Exists(Path.Combine(_folder.Store, "fraud")));
        Assert.Throws<FileNotFoundException>(() => store.Import(_folder.Policy + ".not"));
    }

    [Theory]
    [InlineData("m.json", "../m.json")]
    [InlineData("m.json", "rules/../../m.json")]
    [InlineData("m.json", "{outside}/m.json")]
    [InlineData("m.json", "out/m.json")]
    [InlineData("rules", "{outside}/rules")]
    [InlineData("rules", "out/rules")]
    [InlineData("m.json", "m.json")]
    public void F4_LinkOutOfThePolicysFolder_IsNotFollowed(string name, string target)
    {
        using PolicyFolder other = new();
        string inner = Path.Combine(_folder.Path, "inner");
        CopyTo(inner);
        Directory.CreateSymbolicLink(Path.Combine(inner, "out"), other.Path);
        Replace(Path.Combine(inner, name), target.Replace("{outside}", other.Path));

        PolicyStore store = new(_disk, PolicyFolder.Features);
        IOException refused = Assert.Throws<IOException>(() => store.Import(Path.Combine(inner, "policy.json")));
        Assert.Contains(target == name ? "links" : "a link out of the policy's folder", refused.Message);
        Assert.False(Directory.Exists(Path.Combine(_folder.Store, "fraud")));
    }

    // As Kubernetes mounts files: links beside the files to a folder that is a link itself.
    [Fact]
    public void F4_LinksInsideThePolicysFolder_AreFollowed()
    {
        FraudPolicy plain = new PolicyStore(_disk, PolicyFolder.Features).Import(_folder.Policy);
        string mount = Path.Combine(_folder.Path, "mount");
        CopyTo(Path.Combine(mount, "..2026"));
        Directory.CreateSymbolicLink(Path.Combine(mount, "..data"), "..2026");
        foreach (string name in (string[])["policy.json", "m.json", "m.vectors", "rules"])
        {
            File.CreateSymbolicLink(Path.Combine(mount, name), "..data/" + name);
        }

        string way = Path.Combine(_folder.Path, "way");
        Directory.CreateSymbolicLink(way, mount);
        PolicyStore store = new(null, PolicyFolder.Features);
        Assert.Equal(plain.Hash, store.Import(Path.Combine(way, "policy.json")).Hash);
    }

    [Fact]
    public void F4_PolicyOfOtherFeatures_IsRefused()
    {
        FraudPolicy policy = new PolicyStore(_disk, PolicyFolder.Features).Import(_folder.Policy);
        PolicyRefusedException refused = Assert.Throws<PolicyRefusedException>(
            () => new PolicyStore(_disk, FeatureSet.Default).Load(policy.Hash));
        Assert.Contains(refused.Mistakes, mistake => mistake.Code == PolicyMistakeCode.OtherFeatures);
    }

    [Fact]
    public void F4_WhatAnInterruptedWriterLeft_GoesAtTheNextOpening()
    {
        byte[] hash = new PolicyStore(_disk, PolicyFolder.Features).Add([1, 2, 3]);
        string left = _folder.Stored(new byte[32]) + ".new";
        File.WriteAllBytes(left, [1]);
        PolicyStore store = new(_disk, PolicyFolder.Features);
        Assert.False(File.Exists(left));
        Assert.Equal([1, 2, 3], store.Get(hash));
        Assert.Equal(SHA256.HashData([]), store.Add([]));
        Assert.Empty(store.Get(SHA256.HashData([])));
    }

    [Fact]
    public void F4_Threads_GetTheSamePolicy()
    {
        FraudPolicy policy = new PolicyStore(_disk, PolicyFolder.Features).Import(_folder.Policy);
        PolicyStore store = new(_disk, PolicyFolder.Features);
        FraudPolicy[] loaded = new FraudPolicy[8];
        byte[] hash = policy.Hash.ToArray();
        Parallel.For(
            0, loaded.Length, i => loaded[i] = i % 2 == 0 ? store.Load(hash) : store.Import(_folder.Policy));
        Assert.All(loaded, one => Assert.Same(loaded[0], one));
    }

    private static void Replace(string path, string target)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        File.Delete(path);
        File.CreateSymbolicLink(path, target);
    }

    private void CopyTo(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "rules"));
        foreach (string name in (string[])["policy.json", "m.json", "m.vectors", "rules/a.rules"])
        {
            File.Copy(Path.Combine(_folder.Path, name), Path.Combine(folder, name));
        }
    }
}
