using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            /// <summary>All parameters' elements in one vector.</summary>
            public static Tensor parameters_to_vector(IEnumerable<Parameter> tensors)
            {
                Tensor[] parts = tensors.Select(static parameter => parameter.reshape(-1)).ToArray();
                Tensor vector = cat(parts, 0);
                foreach (Tensor part in parts)
                {
                    part.Dispose();
                }

                return vector;
            }

            /// <summary>Copies slices of a vector into the parameters, in order.</summary>
            /// <exception cref="ArgumentException">The vector has not as many elements as the parameters.</exception>
            public static void vector_to_parameters(Tensor vec, IEnumerable<Parameter> tensors)
            {
                using IDisposable noGrad = no_grad();
                Parameter[] parameters = tensors.ToArray();
                long total = parameters.Sum(static parameter => parameter.NumberOfElements);
                if (vec.NumberOfElements != total)
                {
                    throw new ArgumentException($"the vector has {vec.NumberOfElements} elements, the parameters {total}", nameof(vec));
                }

                long start = 0;
                foreach (Parameter parameter in parameters)
                {
                    using Tensor slice = vec.narrow(0, start, parameter.NumberOfElements);
                    using Tensor shaped = slice.view(parameter.shape);
                    parameter.copy_(shaped);
                    start += parameter.NumberOfElements;
                }
            }
        }
    }
}
