using FastCore.Protocol.Ledger;

namespace FastCore.Simulation.Payments;

/// <summary>
/// The little that payments ask of the ledger of their partition. Every opening and every entry takes the next
/// timestamp.
/// </summary>
public interface IMerchantBooks
{
    /// <summary>Whether one more amount can be held, set-aside places not counted as free.</summary>
    bool HasRoomToHold { get; }

    /// <summary>Keeps places among the open pendings for holds to come, or gives them back.</summary>
    /// <param name="change">+1 or −1.</param>
    void SetAside(int change);

    /// <summary>Opens an account of the engine.</summary>
    void Open(ulong book, in Account account);

    /// <summary>An account as it is now; it exists.</summary>
    Account Account(ulong book, UInt128 id);

    /// <summary>Moves an amount at once.</summary>
    void Move(ulong book, MerchantEntry entry);

    /// <summary>Holds an amount.</summary>
    /// <returns>The name by which it is taken or released.</returns>
    object Hold(ulong book, MerchantEntry entry);

    /// <summary>Takes a part of what is held, or all of it, and releases the rest. Once only.</summary>
    void Take(object held, MerchantEntry entry);

    /// <summary>Releases what is held. Once only.</summary>
    void Release(object held, MerchantEntry entry);
}
