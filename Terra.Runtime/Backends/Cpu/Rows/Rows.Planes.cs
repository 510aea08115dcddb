using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Terra.Runtime.Backends.Cpu;

/// <content>
/// Reductions over planes that lie a fixed distance apart (a channel's planes of a batch), for several neighbouring channels at once. The order of a channel's sum
/// is fixed by the number and length of its planes: planes shorter than <see cref="Block"/> share the lanes of a block, longer ones are summed as rows are.
/// Short planes of neighbours are walked together, image by image, so that memory is read in pieces that are worth fetching ahead.
/// </content>
internal static unsafe partial class Rows
{
    /// <summary>Elements of neighbouring short planes that are walked together, about.</summary>
    private const long NeighbouringElements = 1024;

    private const int MostNeighbours = 64;

    /// <summary>Vectors of partial sums, so that additions need not wait for each other.</summary>
    private const int Chains = 4;

    /// <summary>How many neighbouring channels are best reduced at once if a plane has so many elements.</summary>
    public static int Neighbours(long planeLength) =>
        planeLength == 1 ? MostColumns : (int)Math.Clamp(NeighbouringElements / Math.Max(planeLength, 1), 1, MostNeighbours);

    /// <summary>For each of the neighbours, the sum of all planes.</summary>
    public static void SumsOfPlanes<T>(T* first, Planes planes, int neighbours, T* sums)
        where T : unmanaged, IFloatingPointIeee754<T> => OfPlanes<T, Identity<T>>(first, first, planes, neighbours, null, sums);

    /// <summary>For each of the neighbours, the sum over all planes of (row - center)².</summary>
    public static void SumsOfSquaredDifferencesOfPlanes<T>(T* first, Planes planes, int neighbours, T* centers, T* sums)
        where T : unmanaged, IFloatingPointIeee754<T> => OfPlanes<T, SquaredDifference<T>>(first, first, planes, neighbours, centers, sums);

    /// <summary>For each of the neighbours, the sum over all planes of (a - center) * b.</summary>
    public static void DotsCenteredOfPlanes<T>(T* a, T* b, Planes planes, int neighbours, T* centers, T* sums)
        where T : unmanaged, IFloatingPointIeee754<T> => OfPlanes<T, CenteredProduct<T>>(a, b, planes, neighbours, centers, sums);

    private static void OfPlanes<T, TTerm>(T* a, T* b, Planes planes, int neighbours, T* parameters, T* totals)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, ITerm<T>
    {
        if (planes.Length >= Block)
        {
            for (int k = 0; k < neighbours; k++)
            {
                long at = k * planes.Length;
                totals[k] = OfLongPlanes<T, TTerm>(a + at, b + at, planes, parameters == null ? T.Zero : parameters[k]);
            }

            return;
        }

        if (planes.Length == 1)
        {
            OfColumns<T, TTerm>(a, b, planes, neighbours, parameters, totals);
            return;
        }

        Vector512<T>* chains = stackalloc Vector512<T>[Chains * MostNeighbours];
        new Span<T>(totals, neighbours).Clear();
        long perBlock = Block / Math.Max(planes.Length, 1);
        for (long plane = 0; plane < planes.Count; plane += perBlock)
        {
            new Span<Vector512<T>>(chains, Chains * neighbours).Clear();
            for (long end = Math.Min(plane + perBlock, planes.Count), p = plane; p < end; p++)
            {
                long start = p * planes.Distance;
                AddNeighbours<T, TTerm>(a + start, b + start, planes.Length, neighbours, parameters, chains);
            }

            for (int k = 0; k < neighbours; k++)
            {
                Vector512<T>* s = chains + (Chains * k);
                totals[k] += Fold((s[0] + s[1]) + (s[2] + s[3]));
            }
        }
    }

    private static T OfLongPlanes<T, TTerm>(T* a, T* b, Planes planes, T parameter)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, ITerm<T>
    {
        T total = T.Zero;
        for (long plane = 0; plane < planes.Count; plane++)
        {
            T sum = T.Zero;
            long start = plane * planes.Distance;
            for (long at = 0; at < planes.Length; at += Block)
            {
                sum += SumBlock<T, TTerm>(a + start + at, b + start + at, Math.Min(Block, planes.Length - at), Vector512.Create(parameter));
            }

            total += sum;
        }

        return total;
    }

    /// <summary>Adds the terms of one short plane of each neighbour to its <see cref="Chains"/> vectors of partial sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddNeighbours<T, TTerm>(T* a, T* b, long count, int neighbours, T* parameters, Vector512<T>* chains)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, ITerm<T>
    {
        int lanes = Vector512<T>.Count;
        for (int k = 0; k < neighbours; k++, a += count, b += count, chains += Chains)
        {
            Vector512<T> parameter = parameters == null ? Vector512<T>.Zero : Vector512.Create(parameters[k]);
            Vector512<T> s0 = chains[0], s1 = chains[1], s2 = chains[2], s3 = chains[3];
            long at = 0;
            for (; at + 4 * lanes <= count; at += 4 * lanes)
            {
                s0 += Term<T, TTerm>(a, b, at, parameter);
                s1 += Term<T, TTerm>(a, b, at + lanes, parameter);
                s2 += Term<T, TTerm>(a, b, at + 2 * lanes, parameter);
                s3 += Term<T, TTerm>(a, b, at + 3 * lanes, parameter);
            }

            for (; at + lanes <= count; at += lanes)
            {
                s0 += Term<T, TTerm>(a, b, at, parameter);
                (s0, s1, s2, s3) = (s1, s2, s3, s0);
            }

            if (at < count)
            {
                s0 += TailTerm<T, TTerm>(a + at, b + at, count - at, parameter);
            }

            (chains[0], chains[1], chains[2], chains[3]) = (s0, s1, s2, s3);
        }
    }

    /// <summary>Planes of <paramref name="Length"/> elements whose first elements lie so many elements apart; a neighbour's first plane begins where the one before it ends.</summary>
    public readonly record struct Planes(long Count, long Length, long Distance);
}
