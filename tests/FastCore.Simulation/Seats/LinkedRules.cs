using FastCore.Protocol.Seats;

namespace FastCore.Simulation.Seats;

/// <summary>Holds of several shows that are made together or not at all (docs/SEATS.md, "Linked holds").</summary>
internal static class LinkedRules
{
    /// <summary>Answers the holds of a request.</summary>
    /// <param name="requests">The holds in order.</param>
    /// <param name="termsOf">What one asks for.</param>
    /// <param name="check">What is wrong with one by itself; 0 = nothing.</param>
    /// <param name="hold">Makes one, or tells what would come of it behind so many others of its chain: ok, if it could
    /// be made, without a timestamp.</param>
    public static (SeatResult Hold, SeatPlaces Seats)[] HoldAll<T>(
        T[] requests, Func<T, HoldTerms> termsOf, Func<T, SeatStatus> check,
        Func<T, int?, (SeatResult Hold, SeatPlaces Seats)> hold)
    {
        List<(SeatResult Hold, SeatPlaces Seats)> results = [];
        while (results.Count < requests.Length)
        {
            T[] rest = requests[results.Count..];
            bool[] areLinked = [.. rest.Select(one => (termsOf(one).Flags & HoldFlags.Linked) != 0)];
            int links = areLinked.TakeWhile(isLinked => isLinked).Count();
            bool isOpen = links == rest.Length;
            T[] chain = rest[..(isOpen ? links : links + 1)];
            results.AddRange(chain.Length == 1 && !isOpen ? [hold(chain[0], null)] : Hold(chain, isOpen));
        }

        return [.. results];

        (SeatResult Hold, SeatPlaces Seats)[] Hold(T[] chain, bool isOpen)
        {
            ulong[] shows = [.. chain.Select(one => termsOf(one).Show)];
            (SeatResult Hold, SeatPlaces Seats)[] would = [.. chain.Select((one, at) =>
            {
                (SeatResult Hold, SeatPlaces Seats) alone = hold(one, at);
                SeatStatus code =
                    at >= 64 && !(isOpen && at == chain.Length - 1) ? SeatStatus.LinkedHoldsTooMany
                    : isOpen && at == chain.Length - 1 ? SeatStatus.LinkedHoldChainOpen
                    : check(one) != 0 ? check(one)
                    : at > 0 && alone.Hold.Code == SeatStatus.ShowNotFound ? SeatStatus.LinkedShowNotHere
                    : Array.IndexOf(shows, shows[at]) < at ? SeatStatus.LinkedShowRepeated
                    : 0;
                return code == 0 ? alone : (new SeatResult { Code = code }, default);
            })];
            bool isMade = would.All(IsNew);
            return [.. would.Select((one, at) => !IsNew(one) ? one
                : isMade ? hold(chain[at], null)
                : (new SeatResult { Code = SeatStatus.LinkedHoldFailed }, default))];
        }

        static bool IsNew((SeatResult Hold, SeatPlaces Seats) one) =>
            one.Hold is { Code: SeatStatus.Ok, Timestamp: 0 };
    }
}
