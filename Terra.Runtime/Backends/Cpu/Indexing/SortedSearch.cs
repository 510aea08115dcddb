using System.Numerics;
using System.Runtime.CompilerServices;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// searchsorted: binary search whose steps add half the rest or nothing, without a branch, for four values side by side (Khuong and Morin,
/// "Array layouts for comparison-based searching", JEA 22, 2017).
/// </summary>
internal static unsafe class SortedSearch
{
    private const long ValuesPerTask = 4096;

    /// <summary>searchsorted(sorted_sequence, self, out_int32, right).</summary>
    public static void Run(OpInvocation call) => ElementTypes.ByNumber(call.Op.Name, call.Input(0).DType, new Search(call));

    /// <summary>Which elements of the sequence are in front of a value's place.</summary>
    private interface ISide
    {
        static abstract bool IsBefore<T>(T element, T value)
            where T : unmanaged, INumber<T>;
    }

    private readonly struct Left : ISide
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool IsBefore<T>(T element, T value)
            where T : unmanaged, INumber<T> => element < value;
    }

    private readonly struct Right : ISide
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool IsBefore<T>(T element, T value)
            where T : unmanaged, INumber<T> => element <= value;
    }

    private readonly struct Search(OpInvocation call) : INumberKernel
    {
        public void Run<T>()
            where T : unmanaged, INumber<T>
        {
            bool right = call.Bool(1);
            if (call.Outputs[0].DType == DType.Int32)
            {
                (right ? (Action)All<T, int, Right> : All<T, int, Left>)();
            }
            else
            {
                (right ? (Action)All<T, long, Right> : All<T, long, Left>)();
            }
        }

        private void All<T, TPlace, TSide>()
            where T : unmanaged, INumber<T>
            where TPlace : unmanaged, INumber<TPlace>
            where TSide : ISide
        {
            TensorImpl sequence = call.Input(0), self = call.Input(1);
            using var boundaries = new ContiguousData<T>(sequence);
            using var searched = new ContiguousData<T>(self);
            long length = sequence.Sizes[^1], count = self.NumberOfElements, perRow = sequence.Rank == 1 ? count : self.Sizes[^1];
            T* rows = boundaries.Pointer, values = searched.Pointer;
            TPlace* places = (TPlace*)call.Outputs[0].Pointer;
            WorkerPool.Shared.For(count, ValuesPerTask, (from, to) =>
            {
                for (long first = from, end; first < to; first = end)
                {
                    long row = first / perRow;
                    end = Math.Min(to, (row + 1) * perRow);
                    Places<T, TPlace, TSide>(rows + (row * length), length, values + first, end - first, places + first);
                }
            });
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Places<T, TPlace, TSide>(T* row, long length, T* values, long count, TPlace* places)
        where T : unmanaged, INumber<T>
        where TPlace : unmanaged, INumber<TPlace>
        where TSide : ISide
    {
        long i = 0;
        for (; length > 0 && i + 4 <= count; i += 4)
        {
            T a = values[i], b = values[i + 1], c = values[i + 2], d = values[i + 3];
            T* atA = row, atB = row, atC = row, atD = row;
            long rest = length;
            for (; rest > 1; rest -= rest / 2)
            {
                long half = rest / 2;
                atA += half & Mask(TSide.IsBefore(atA[half - 1], a));
                atB += half & Mask(TSide.IsBefore(atB[half - 1], b));
                atC += half & Mask(TSide.IsBefore(atC[half - 1], c));
                atD += half & Mask(TSide.IsBefore(atD[half - 1], d));
            }

            places[i] = TPlace.CreateTruncating(atA - row - Mask(TSide.IsBefore(*atA, a)));
            places[i + 1] = TPlace.CreateTruncating(atB - row - Mask(TSide.IsBefore(*atB, b)));
            places[i + 2] = TPlace.CreateTruncating(atC - row - Mask(TSide.IsBefore(*atC, c)));
            places[i + 3] = TPlace.CreateTruncating(atD - row - Mask(TSide.IsBefore(*atD, d)));
            if (T.IsNaN(a) || T.IsNaN(b) || T.IsNaN(c) || T.IsNaN(d))
            {
                for (long k = i; k < i + 4; k++)
                {
                    places[k] = TPlace.CreateTruncating(Place<T, TSide>(row, length, values[k]));
                }
            }
        }

        for (; i < count; i++)
        {
            places[i] = TPlace.CreateTruncating(Place<T, TSide>(row, length, values[i]));
        }
    }

    /// <summary>All bits or none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Mask(bool value) => -(long)Unsafe.BitCast<bool, byte>(value);

    /// <summary>NaN counts as above everything, as in sorting.</summary>
    private static long Place<T, TSide>(T* row, long length, T value)
        where T : unmanaged, INumber<T>
        where TSide : ISide
    {
        bool isNumber = !T.IsNaN(value);
        long low = 0, high = length;
        while (low < high)
        {
            long middle = low + ((high - low) / 2);
            T element = row[middle];
            bool isBefore = isNumber ? TSide.IsBefore(element, value) : !T.IsNaN(element) || typeof(TSide) == typeof(Right);
            (low, high) = isBefore ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
