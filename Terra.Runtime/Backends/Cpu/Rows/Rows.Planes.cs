using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Terra.Runtime.Backends.Cpu;

/// <content>
/// Reductions over planes that lie a fixed distance apart (a channel's planes of a batch), in an order fixed by the number and length of the planes: planes
/// shorter than <see cref="Block"/> share the lanes of a block, longer ones are summed as rows are.
/// </content>
internal static unsafe partial class Rows
{
    /// <summary>The sum of all planes.</summary>
    public static T SumOfPlanes<T>(T* first, Planes planes)
        where T : unmanaged, IFloatingPointIeee754<T> => OfPlanes<T, Identity<T>>(first, null, planes, T.Zero);

    /// <summary>The sum over all planes of (row - center)².</summary>
    public static T SumSquaredDifferencesOfPlanes<T>(T* first, Planes planes, T center)
        where T : unmanaged, IFloatingPointIeee754<T> => OfPlanes<T, SquaredDifference<T>>(first, null, planes, center);

    /// <summary>The sum over all planes of (a - center) * b.</summary>
    public static T DotCenteredOfPlanes<T>(T* a, T* b, Planes planes, T center)
        where T : unmanaged, IFloatingPointIeee754<T> => OfPlanes<T, CenteredProduct<T>>(a, b, planes, center);

    private static T OfPlanes<T, TTerm>(T* a, T* b, Planes planes, T parameter)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, ITerm<T>
    {
        T total = T.Zero;
        Vector512<T> vector = Vector512.Create(parameter);
        if (planes.Length >= Block)
        {
            for (long plane = 0; plane < planes.Count; plane++)
            {
                T sum = T.Zero;
                long start = plane * planes.Distance;
                for (long at = 0; at < planes.Length; at += Block)
                {
                    sum += SumBlock<T, TTerm>(a + start + at, b + start + at, Math.Min(Block, planes.Length - at), vector);
                }

                total += sum;
            }

            return total;
        }

        long perBlock = Block / Math.Max(planes.Length, 1);
        for (long plane = 0; plane < planes.Count; plane += perBlock)
        {
            long start = plane * planes.Distance;
            total += SumPlanes<T, TTerm>(a + start, b + start, planes with { Count = Math.Min(perBlock, planes.Count - plane) }, vector);
        }

        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T SumPlanes<T, TTerm>(T* a, T* b, Planes planes, Vector512<T> parameter)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, ITerm<T>
    {
        int lanes = Vector512<T>.Count;
        long count = planes.Length;
        Vector512<T> s0 = Vector512<T>.Zero, s1 = s0, s2 = s0, s3 = s0;
        for (long plane = 0; plane < planes.Count; plane++, a += planes.Distance, b += planes.Distance)
        {
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
        }

        return Fold((s0 + s1) + (s2 + s3));
    }

    /// <summary>Planes of <paramref name="Length"/> elements whose first elements lie so many elements apart.</summary>
    public readonly record struct Planes(long Count, long Length, long Distance);
}
