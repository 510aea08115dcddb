using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Optimizers and learning rate schedulers.</summary>
    public static partial class optim
    {
        /// <summary>Something with a learning rate that a scheduler may change: a parameter group.</summary>
        public interface ILearningRateController
        {
            double LearningRate { get; set; }

            double InitialLearningRate { get; set; }
        }

        /// <summary>A parameter group with a momentum.</summary>
        public interface IMomentum
        {
            double Momentum { get; set; }
        }

        /// <summary>A parameter group with decay rates of two moments.</summary>
        public interface IBetas
        {
            (double, double) Betas { get; set; }
        }

        /// <summary>Updates parameters by their gradients.</summary>
        public abstract partial class Optimizer : IDisposable
        {
            private protected readonly List<ParamGroup> _groups = [];

            private protected Optimizer()
            {
            }

            /// <summary>The parameter groups, whose learning rates may be changed.</summary>
            public IEnumerable<ILearningRateController> ParamGroups => _groups;

            /// <summary>Updates all parameters that have a gradient.</summary>
            /// <param name="closure">Computes the loss and the gradients, with autograd on; its result is returned.</param>
            public virtual Tensor? step(Func<Tensor>? closure = null) => closure?.Invoke();

            /// <summary>Forgets the gradients of all parameters.</summary>
            public virtual void zero_grad()
            {
                foreach (ParamGroup group in _groups)
                {
                    foreach (Parameter parameter in group.Parameters)
                    {
                        parameter.grad = null;
                    }
                }
            }

            /// <summary>The parameters of all groups.</summary>
            public virtual IEnumerable<Parameter> parameters() => _groups.SelectMany(static group => group.Parameters);

            /// <summary>Adds parameters with options of their own.</summary>
            public virtual void add_param_group(ParamGroup param_group)
            {
                param_group.Parameters = param_group.Parameters.ToArray();
                _groups.Add(param_group);
            }

            /// <summary>Releases the optimizer's state; the parameters are not its own.</summary>
            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (disposing)
                {
                    DisposeStates();
                }
            }

            /// <summary>Releases the state of all parameters.</summary>
            private protected virtual void DisposeStates()
            {
            }

            /// <summary>Options and state, in the order of the parameters.</summary>
            public class StateDictionary
            {
                internal StateDictionary()
                {
                }

                /// <summary>The options of each group.</summary>
                public List<OptimizerOptions> Options { get; } = [];

                /// <summary>The state of each parameter.</summary>
                public List<OptimizerState> State { get; } = [];

                /// <summary>For each group, the positions of its parameters in <see cref="State"/>.</summary>
                public List<List<int>> StateIndexRef { get; } = [];
            }
        }
    }
}
