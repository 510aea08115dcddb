using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Class indices as vectors of one 1 and zeros: (*) -> (*, num_classes), int64.</summary>
            /// <param name="x">int64 indices.</param>
            /// <param name="num_classes">How many classes there are; one more than the greatest index if negative (which reads the data).</param>
            public static Tensor one_hot(Tensor x, long num_classes = -1)
            {
                if (num_classes < 0)
                {
                    using Tensor greatest = x.max();
                    num_classes = greatest.item<long>() + 1;
                }

                long[] shape = [.. x.Impl.Sizes, num_classes];
                using Tensor index = x.unsqueeze(-1);
                TensorImpl result = Aten.full(shape, 0L, DType.Int64);
                Aten.scatter_(result, -1, index.Impl, (ScalarValue)1L);
                return new Tensor(result);
            }
        }
    }
}
