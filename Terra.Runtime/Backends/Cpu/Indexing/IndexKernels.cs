using System.Numerics;
using System.Runtime.CompilerServices;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Advanced indexing: int64 index tensors, broadcast against each other, each for one dimension of self; negative indices count from the end.
/// Writes to one place happen in the row-major order of the result of indexing: threads share the dimensions that are not indexed, or else the places.
/// </summary>
internal static unsafe class IndexKernels
{
    /// <summary>Elements read here and there take longer than neighbours.</summary>
    private const long PlacesPerTask = 2048;

    /// <summary>Throws for an index outside its dimension; index tensors from position <paramref name="first"/> on, dimensions at attribute 0.</summary>
    public static void CheckIndices(OpInvocation call, int first)
    {
        TensorImpl self = call.Input(0);
        long[] dims = call.Ints(0);
        for (int k = 0; k < dims.Length; k++)
        {
            long size = self.Sizes[(int)dims[k]];
            if (IndexRange.FirstOutside(call.Input(first + k), -size, size) is { } outside)
            {
                throw ShapeErrors.IndexOutOfBounds(outside, dims[k], size);
            }
        }
    }

    /// <summary>index(self, dims, indices).</summary>
    public static void Index(OpInvocation call) => ElementTypes.BySize(call.Outputs[0].DType, new Read(call));

    /// <summary>index_put(self, values, dims, accumulate, indices), in place or not.</summary>
    public static void IndexPut(OpInvocation call)
    {
        GatherKernels.CopySelf(call);
        if (call.Bool(1))
        {
            ElementTypes.ByNumber(call.Op.Name, call.Outputs[0].DType, new Accumulate(call));
        }
        else
        {
            ElementTypes.BySize(call.Outputs[0].DType, new Write(call));
        }
    }

    /// <summary>Whether threads share the writes by place.</summary>
    private static bool SharesPlaces(IndexPlan plan, Scratch<long> offsets) => plan.IndexesAll && PlaceShare.Pays(offsets.Count);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadRow<T>(T* from, long fromStep, long* places, long placeStep, T* to, long toStep, long count)
        where T : unmanaged
    {
        if (placeStep == 0 && fromStep == 1 && toStep == 1)
        {
            RowMajorCopy.Copy(from + *places, to, count);
        }
        else if (placeStep == 1 && fromStep == 0 && toStep == 1)
        {
            for (long i = 0; i < count; i++)
            {
                to[i] = from[places[i]];
            }
        }
        else
        {
            for (long i = 0; i < count; i++)
            {
                to[i * toStep] = from[(i * fromStep) + places[i * placeStep]];
            }
        }
    }

    private readonly struct Read(OpInvocation call) : IElementKernel
    {
        public void Run<T>()
            where T : unmanaged
        {
            TensorImpl self = call.Input(0);
            var plan = new IndexPlan(self, call.Inputs[1..], call.Ints(0));
            using Scratch<long> offsets = plan.Offsets();
            T* from = (T*)self.Pointer, to = (T*)call.Outputs[0].Pointer;
            long* places = offsets.Pointer;
            if (plan.IndexesAll)
            {
                WorkerPool.Shared.For(offsets.Count, PlacesPerTask, (first, end) => ReadRow(from, 0, places + first, 1, to + first, 1, end - first));
                return;
            }

            GridShare.Run(plan.Sizes, 0..0, plan.OffsetStrides, plan.SelfStrides, call.Outputs[0].Layout.Strides.ToArray(), (ref GridWalk walk) =>
            {
                for (long row = 0; row < walk.RowCount; row++, walk.Next())
                {
                    ReadRow(from + walk.Second, walk.SecondStep, places + walk.First, walk.FirstStep, to + walk.Third, walk.ThirdStep, walk.RowLength);
                }
            });
        }
    }

    private readonly struct Write(OpInvocation call) : IElementKernel
    {
        public void Run<T>()
            where T : unmanaged
        {
            TensorImpl result = call.Outputs[0], values = call.Input(1);
            var plan = new IndexPlan(result, call.Inputs[2..], call.Ints(0));
            using Scratch<long> offsets = plan.Offsets();
            T* to = (T*)result.Pointer, from = (T*)values.Pointer;
            long* places = offsets.Pointer;
            if (SharesPlaces(plan, offsets))
            {
                using var list = new PlaceValues<T>(values, plan);
                T* next = list.Pointer;
                long step = list.Step;
                PlaceShare.Run(places, offsets.Count, plan.Extent, (positions, count) =>
                {
                    for (long i = 0; i < count; i++)
                    {
                        to[places[positions[i]]] = next[positions[i] * step];
                    }
                });
                return;
            }

            GridShare.Run(plan.Sizes, plan.IndexDimensions, plan.OffsetStrides, plan.SelfStrides, plan.Broadcast(values), (ref GridWalk walk) =>
            {
                for (long row = 0; row < walk.RowCount; row++, walk.Next())
                {
                    for (long i = 0; i < walk.RowLength; i++)
                    {
                        to[walk.Second + i * walk.SecondStep + places[walk.First + i * walk.FirstStep]] = from[walk.Third + i * walk.ThirdStep];
                    }
                }
            });
        }
    }

    private readonly struct Accumulate(OpInvocation call) : INumberKernel
    {
        public void Run<T>()
            where T : unmanaged, INumber<T>
        {
            TensorImpl result = call.Outputs[0], values = call.Input(1);
            var plan = new IndexPlan(result, call.Inputs[2..], call.Ints(0));
            using Scratch<long> offsets = plan.Offsets();
            T* to = (T*)result.Pointer, from = (T*)values.Pointer;
            long* places = offsets.Pointer;
            bool areTruthValues = result.DType == DType.Bool;
            if (SharesPlaces(plan, offsets))
            {
                using var list = new PlaceValues<T>(values, plan);
                T* next = list.Pointer;
                long step = list.Step;
                PlaceShare.Run(places, offsets.Count, plan.Extent, (positions, count) =>
                {
                    for (long i = 0; i < count; i++)
                    {
                        T* at = to + places[positions[i]];
                        *at = ElementTypes.Add(*at, next[positions[i] * step], areTruthValues);
                    }
                });
                return;
            }

            GridShare.Run(plan.Sizes, plan.IndexDimensions, plan.OffsetStrides, plan.SelfStrides, plan.Broadcast(values), (ref GridWalk walk) =>
            {
                for (long row = 0; row < walk.RowCount; row++, walk.Next())
                {
                    for (long i = 0; i < walk.RowLength; i++)
                    {
                        T* at = to + walk.Second + i * walk.SecondStep + places[walk.First + i * walk.FirstStep];
                        *at = ElementTypes.Add(*at, from[walk.Third + i * walk.ThirdStep], areTruthValues);
                    }
                }
            });
        }
    }

    /// <summary>Values for all places of a plan, in their order.</summary>
    private struct PlaceValues<T> : IDisposable
        where T : unmanaged
    {
        private ContiguousData<T> _data;

        public PlaceValues(TensorImpl values, IndexPlan plan)
        {
            Step = values.NumberOfElements == 1 ? 0 : 1;
            using TensorImpl expanded = IndexPlan.Expand(values, Step == 0 ? values.Sizes.ToArray() : plan.Sizes);
            _data = new ContiguousData<T>(expanded);
        }

        public readonly T* Pointer => _data.Pointer;

        /// <summary>Elements from one value to the next.</summary>
        public long Step { get; }

        public void Dispose() => _data.Dispose();
    }
}
