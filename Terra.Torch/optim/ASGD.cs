using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>Averaged stochastic gradient descent (Polyak and Juditsky, 1992).</summary>
    public class ASGD : OptimizerHelper
    {
        public ASGD(
            IEnumerable<Parameter> parameters,
            double lr = 0.01,
            double lambd = 0.0001,
            double alpha = 0.75,
            double t0 = 1000000,
            double weight_decay = 0,
            bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, lambd, alpha, t0, weight_decay, maximize)
        {
        }

        /// <exception cref="ArgumentException">An option is out of its range.</exception>
        public ASGD(
            IEnumerable<ParamGroup<Options>> parameters,
            double lr = 0.01,
            double lambd = 0.0001,
            double alpha = 0.75,
            double t0 = 1000000,
            double weight_decay = 0,
            bool maximize = false)
        {
            OptionRanges.NotNegative("ASGD", ("learning rate", lr), ("lambd", lambd), ("alpha", alpha), ("t0", t0), ("weight_decay", weight_decay));
            Defaults = new Options { LearningRate = lr, lambd = lambd, alpha = alpha, t0 = t0, weight_decay = weight_decay, maximize = maximize };
            AddGroups(parameters);
        }

        /// <inheritdoc/>
        public override Tensor? step(Func<Tensor>? closure = null) => _step<Modules.ParamGroup>(group => Update(group, (Options)group.Options), closure);

        private protected override OptimizerOptions NewOptions() => new Options();

        private protected override OptimizerState NewState(Parameter parameter) => new State(parameter);

        private void Update(Modules.ParamGroup group, Options options)
        {
            double lr = options.LearningRate!.Value, lambd = options.lambd!.Value;
            UpdateEach<State>(group, options.weight_decay!.Value, options.maximize!.Value, (parameter, gradient, state) =>
            {
                state.step++;
                parameter.mul_(1 - (lambd * state.eta)).add_(gradient, -state.eta);
                if (state.mu == 1)
                {
                    state.ax.copy_(parameter);
                }
                else
                {
                    state.ax.add_(parameter - state.ax, state.mu);
                }

                state.eta = lr / Math.Pow(1 + (lambd * lr * state.step), options.alpha!.Value);
                state.mu = 1 / Math.Max(1, state.step - options.t0!.Value);
            });
        }

        /// <summary>The options of a group.</summary>
        public class Options : OptimizerOptions
        {
            public bool? maximize;
            public double? lambd;
            public double? alpha;
            public double? weight_decay;
            public double? t0;

            private protected override void Visit(OptionVisitor visitor)
            {
                visitor.Visit(ref maximize);
                visitor.Visit(ref lambd);
                visitor.Visit(ref alpha);
                visitor.Visit(ref weight_decay);
                visitor.Visit(ref t0);
            }
        }

        /// <summary>Parameters with options for ASGD.</summary>
        public class ParamGroup : ParamGroup<Options>
        {
            public ParamGroup()
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, Options options)
                : base(parameters, options)
            {
            }

            public ParamGroup(
                IEnumerable<Parameter> parameters,
                double lr = 0.01,
                double lambd = 0.0001,
                double alpha = 0.75,
                double t0 = 1000000,
                double weight_decay = 0)
                : base(parameters, new Options { LearningRate = lr, lambd = lambd, alpha = alpha, t0 = t0, weight_decay = weight_decay })
            {
            }
        }

        /// <summary>The average of one parameter, and the rates of its next step.</summary>
        public sealed class State : OptimizerState, IDisposable
        {
            /// <summary>How many steps were made.</summary>
            public long step;

            /// <summary>The rate of the next step.</summary>
            public double eta;

            /// <summary>The share of the next parameter in the average.</summary>
            public double mu;

            /// <summary>The average of the parameter over the steps since t0.</summary>
            public Tensor ax = null!;

            public State(Parameter parameter)
                : base(parameter)
            {
            }

            /// <inheritdoc/>
            public override void Initialize(OptimizerOptions options)
            {
                Dispose();
                (step, eta, mu) = (0, options.LearningRate!.Value, 1);
                ax = ZerosLikeParameter();
            }

            /// <inheritdoc/>
            public override void LoadStateDict(BinaryReader reader) => Read(reader);

            /// <inheritdoc/>
            public override void SaveStateDict(BinaryWriter writer) => Write(writer);

            /// <inheritdoc/>
            public override void LoadStateDict(OptimizerState source) => Take(source);

            public void Dispose() => DisposeTensors();

            private protected override void Visit(StateVisitor visitor)
            {
                visitor.Visit(ref step);
                visitor.Visit(ref eta);
                visitor.Visit(ref mu);
                visitor.Visit(ref ax);
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <inheritdoc cref="Modules.ASGD"/>
            public static ASGD ASGD(
                IEnumerable<Parameter> parameters,
                double lr = 0.001,
                double lambd = 0.0001,
                double alpha = 0.75,
                double t0 = 1000000,
                double weight_decay = 0,
                bool maximize = false) =>
                new(parameters, lr, lambd, alpha, t0, weight_decay, maximize);

            /// <inheritdoc cref="Modules.ASGD"/>
            public static ASGD ASGD(
                IEnumerable<(string name, Parameter parameter)> parameters,
                double lr = 0.001,
                double lambd = 0.0001,
                double alpha = 0.75,
                double t0 = 1000000,
                double weight_decay = 0,
                bool maximize = false) =>
                new(parameters.Select(static entry => entry.parameter), lr, lambd, alpha, t0, weight_decay, maximize);

            /// <inheritdoc cref="Modules.ASGD"/>
            public static ASGD ASGD(
                IEnumerable<ParamGroup<ASGD.Options>> parameters,
                double lr = 0.001,
                double lambd = 0.0001,
                double alpha = 0.75,
                double t0 = 1000000,
                double weight_decay = 0,
                bool maximize = false) =>
                new(parameters, lr, lambd, alpha, t0, weight_decay, maximize);
        }
    }
}
